using Microsoft.AspNetCore.WebUtilities;
using Portal.Components.Controls;
using Portal.Components.Pages.Usage;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Incident;

/// <summary>Addresses of the incident view.</summary>
public static class Incidents
{
    private static readonly TimeSpan Before = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan After = TimeSpan.FromMinutes(5);

    public static string Href(ChartRange range, string? team = null, string? app = null, string? host = null) => QueryHelpers.AddQueryString("/incident", new Dictionary<string, string?>
    {
        ["from"] = TimeChoice.Text(range.From),
        ["to"] = TimeChoice.Text(range.To),
        ["team"] = team,
        ["app"] = app,
        ["host"] = host,
    }.Where(v => v.Value is not null));

    /// <summary>The minutes around an event, of its app, or else of its host.</summary>
    public static string Href(EventView e) => Href(new ChartRange(e.At - Before, e.At + After), e.Team, e.App, e.App is null ? e.Host : null);

    /// <summary>The minutes around a moment.</summary>
    public static string Href(DateTimeOffset at, string? team = null, string? app = null, string? host = null) => Href(new ChartRange(at - Before, at + After), team, app, host);
}
