using System.Net.Sockets;
using System.Security.Authentication;
using Portal.Core.Alerts;
using Portal.Core.State.Alerts;
using Portal.Core.State.Model;

namespace Portal.Agents.Alerts;

/// <summary>Gives notices to webhooks and mail servers.</summary>
public sealed class NoticeSender(TimeProvider time) : INoticeSender
{
    /// <summary>Whoever connects to a server that speaks another protocol waits for words that never come.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    /// <inheritdoc/>
    public async Task<NoticeAnswer> SendAsync(NoticeAddress address, NoticeMessage message, CancellationToken cancellation)
    {
        var allowed = AllowedAddresses.Read(address.Settings.Allowed, out _);
        using var patience = new CancellationTokenSource(s_patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            return address.Kind == AlertTargetKind.Webhook
                ? await WebhookPost.SendAsync(new Uri(address.Address), message, allowed, either.Token)
                : await MailAsync(address, message, allowed, either.Token);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested && Words(e) is { } words)
        {
            return new NoticeAnswer(false, words);
        }
    }

    private async Task<NoticeAnswer> MailAsync(NoticeAddress address, NoticeMessage message, AllowedAddresses allowed, CancellationToken cancellation)
    {
        var settings = address.Settings;
        if (settings.Host.Length == 0)
        {
            return new NoticeAnswer(false, "No mail server is set; an administrator can name one in the settings of alerts.");
        }
        await using var session = await SmtpSession.OpenAsync(settings, allowed, cancellation);
        if (settings.User.Length > 0)
        {
            await session.SignInAsync(settings.User, address.Password ?? "", cancellation);
        }
        var mail = MailText.Write(message, settings.From, AlertRules.Mailboxes(address.Address), time.GetUtcNow());
        return new NoticeAnswer(true, await session.SendAsync(settings.From, AlertRules.Mailboxes(address.Address), mail, cancellation));
    }

    /// <summary>What went wrong, for people; null for what is a fault of Portal's own.</summary>
    private static string? Words(Exception e) => e switch
    {
        RefusedAddressException => $"Not sent: {e.Message}.",
        SmtpRefusal => e.Message,
        HttpRequestException { InnerException: { } inner } => Words(inner) ?? e.Message,
        AuthenticationException => $"Not sent: there is no protected connection to it. {e.Message.TrimEnd('.')}.",
        HttpRequestException or SocketException or IOException => $"It could not be reached: {e.Message.TrimEnd('.')}.",
        OperationCanceledException => $"It did not answer within {s_patience.TotalSeconds:0} s.",
        _ => null,
    };
}
