using System.Collections.Immutable;

namespace Portal.Core.State.Notices;

/// <summary>A hint that something changed: ids only, may be lost, never the truth.</summary>
public sealed record Notice
{
    /// <summary>Apps whose spec changed.</summary>
    public ImmutableArray<Guid> Specs { get; init; } = [];
    /// <summary>Apps whose status, or whose instances' assignments, changed.</summary>
    public ImmutableArray<Guid> Apps { get; init; } = [];
    /// <summary>Hosts whose registration, availability or observed reachability changed.</summary>
    public ImmutableArray<Guid> Hosts { get; init; } = [];
    /// <summary>Hosts that have new or changed assignments.</summary>
    public ImmutableArray<Guid> Assignments { get; init; } = [];
    /// <summary>Apps of which instances were observed anew.</summary>
    public ImmutableArray<Guid> Observed { get; init; } = [];
    /// <summary>Services that are registered from outside changed, or were observed anew.</summary>
    public bool Services { get; init; }
    /// <summary>Teams, members or tokens changed.</summary>
    public bool People { get; init; }
    /// <summary>Alerts, their rules or what belongs to them changed.</summary>
    public bool Alerts { get; init; }
    /// <summary>Something was missed: read everything anew.</summary>
    public bool Everything { get; init; }
}

/// <summary>Where notices are sent and heard. In one process they go straight to their readers; other processes hear them through the store.</summary>
public interface INoticeBus
{
    /// <summary>Calls back with each notice, from whatever thread sends or hears it; must only enqueue. Dispose to end.</summary>
    IDisposable Subscribe(Action<Notice> heard);

    /// <summary>
    /// The SQL that sends the notice with the transaction it runs in, as its last statement; call <see cref="Committed"/> after the commit.
    /// </summary>
    Task SendAsync(System.Data.Common.DbConnection connection, System.Data.Common.DbTransaction? transaction, Notice notice, CancellationToken cancellation);

    /// <summary>As <see cref="SendAsync"/>, as the last statement of a batch, which gives one row.</summary>
    void AddTo(Npgsql.NpgsqlBatch batch, Notice notice);

    /// <summary>Tells this process's readers at once.</summary>
    void Committed(Notice notice);
}
