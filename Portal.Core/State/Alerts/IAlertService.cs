using System.Collections.Immutable;
using Portal.Core.Alerts;
using Portal.Core.Domain;
using Portal.Core.State.Model;

namespace Portal.Core.State.Alerts;

/// <summary>Rules, targets, silences and settings of alerts. Those of a team need the role Viewer to see and Deployer to change; those of the whole Portal an administrator.</summary>
/// <remarks>Every call throws <see cref="RefusedException"/> where it is refused, and <see cref="StoreUnavailableException"/> where the store does not answer.</remarks>
public interface IAlertService
{
    /// <summary>Rules by name.</summary>
    Task<ImmutableArray<AlertRule>> ListRulesAsync(Actor actor, AlertScope scope, CancellationToken cancellation);
    /// <summary>Makes or changes the rule of that name.</summary>
    Task<(AlertRule Rule, bool Created)> PutRuleAsync(Actor actor, AlertScope scope, AlertRule rule, CancellationToken cancellation);
    /// <summary>Removes a rule, and what it made fire.</summary>
    Task DeleteRuleAsync(Actor actor, AlertScope scope, string name, CancellationToken cancellation);

    /// <summary>Targets by name.</summary>
    Task<ImmutableArray<AlertTargetView>> ListTargetsAsync(Actor actor, AlertScope scope, CancellationToken cancellation);
    /// <summary>Makes or changes the target of that name.</summary>
    Task<(AlertTargetView Target, bool Created)> PutTargetAsync(Actor actor, AlertScope scope, string name, AlertTargetKind kind, string address, CancellationToken cancellation);
    /// <summary>Removes a target that no rule names.</summary>
    Task DeleteTargetAsync(Actor actor, AlertScope scope, string name, CancellationToken cancellation);
    /// <summary>Sends a target a notice now and gives its answer. Nothing is stored.</summary>
    Task<NoticeAnswer> TestTargetAsync(Actor actor, AlertScope scope, string name, CancellationToken cancellation);

    /// <summary>Silences that are not over, by their end.</summary>
    Task<ImmutableArray<AlertSilenceView>> ListSilencesAsync(Actor actor, AlertScope scope, CancellationToken cancellation);
    /// <summary>Makes a silence.</summary>
    Task<AlertSilenceView> AddSilenceAsync(Actor actor, AlertScope scope, AlertSilence silence, string reason, CancellationToken cancellation);
    /// <summary>Ends a silence.</summary>
    Task DeleteSilenceAsync(Actor actor, AlertScope scope, Guid id, CancellationToken cancellation);

    /// <summary>Notices to targets, newest first.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="scope">Whose.</param>
    /// <param name="before">Only older ones than the one of that number; null for the newest.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellation">Ends the wait.</param>
    Task<ImmutableArray<AlertNoticeView>> ListNoticesAsync(Actor actor, AlertScope scope, long? before, int limit, CancellationToken cancellation);

    /// <summary>How alerts are sent; for administrators.</summary>
    Task<AlertSettings> GetSettingsAsync(Actor actor, CancellationToken cancellation);
    /// <summary>Changes it. A password of null keeps the one there is; an empty one forgets it.</summary>
    Task<AlertSettings> PutSettingsAsync(Actor actor, AlertSettings settings, string? password, CancellationToken cancellation);
}

/// <summary>The alerts of this moment, for all circuits of this process.</summary>
public interface IAlertFeed
{
    /// <summary>Pending, firing and lately resolved ones; firing first, the newest of them first.</summary>
    ImmutableArray<AlertView> Current { get; }
    /// <summary>Calls back when they changed, from a worker's thread. Dispose to end.</summary>
    IDisposable Subscribe(Action<ImmutableArray<AlertView>> changed);
}

/// <summary>Gives one notice to one target, once. What it may reach is its own to check, when it connects.</summary>
public interface INoticeSender
{
    /// <summary>Sends; never throws but for cancellation.</summary>
    Task<NoticeAnswer> SendAsync(NoticeAddress address, NoticeMessage message, CancellationToken cancellation);
}

/// <summary>Where a notice goes.</summary>
/// <param name="Kind">How.</param>
/// <param name="Address">A URL, or e-mail addresses parted by commas.</param>
/// <param name="Settings">How mails are sent, and what may be reached.</param>
/// <param name="Password">The mail server's password; null for none.</param>
public sealed record NoticeAddress(AlertTargetKind Kind, string Address, AlertSettings Settings, string? Password);

/// <summary>What a notice says.</summary>
/// <param name="Id">The same at every try.</param>
/// <param name="Title">One line.</param>
/// <param name="Text">For people.</param>
/// <param name="Json">For programs.</param>
public sealed record NoticeMessage(Guid Id, string Title, string Text, string Json);

/// <summary>What a target answered.</summary>
/// <param name="Accepted">Whether it took the notice.</param>
/// <param name="Text">Its words, or why it was not reached.</param>
public sealed record NoticeAnswer(bool Accepted, string Text);
