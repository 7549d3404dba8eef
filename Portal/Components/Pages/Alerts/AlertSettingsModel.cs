using System.Globalization;
using Portal.Components.Pages.Settings;
using Portal.Core.Domain;
using Portal.Core.State.Alerts;
using Portal.Core.State.Model;

namespace Portal.Components.Pages.Alerts;

/// <summary>How alerts are sent, while it is typed.</summary>
public sealed class AlertSettingsModel(IAlertService service, Actor actor) : FormModel
{
    public string Host { get; set; } = "";
    public string Port { get; set; } = "587";
    public SmtpSecurity Security { get; set; } = SmtpSecurity.StartTls;
    public string User { get; set; } = "";
    public string Password { get; set; } = "";
    public bool HasPassword { get; private set; }
    public string From { get; set; } = "";
    /// <summary>An entry a line.</summary>
    public string Allowed { get; set; } = "";
    public string PublicAddress { get; set; } = "";

    public async Task LoadAsync(CancellationToken cancellation) => Take(await service.GetSettingsAsync(actor, cancellation));

    public async Task<bool> SaveAsync(CancellationToken cancellation)
    {
        // What is no number becomes 0, which is refused as well, with all else that is wrong.
        _ = int.TryParse(Port, NumberStyles.None, CultureInfo.InvariantCulture, out var port);
        var settings = new AlertSettings(Host.Trim(), port, Security, User.Trim(), HasPassword, From.Trim(), [.. Allowed.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)], PublicAddress.Trim());
        return await TryAsync(async () => Take(await service.PutSettingsAsync(actor, settings, Password.Length == 0 ? null : Password, cancellation)));
    }

    private void Take(AlertSettings s)
    {
        (Host, Port, Security, User, HasPassword, From) = (s.Host, s.Port.ToString(CultureInfo.InvariantCulture), s.Security, s.User, s.HasPassword, s.From);
        (Password, Allowed, PublicAddress) = ("", string.Join('\n', s.Allowed), s.PublicAddress);
    }
}
