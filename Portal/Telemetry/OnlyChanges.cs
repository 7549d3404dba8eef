using System.Diagnostics;
using OpenTelemetry;
using Portal.Core.State.Telemetry;

namespace Portal.Telemetry;

/// <summary>Of the framework's spans, requests and clicks, only those are kept in which something was changed or refused: the others would be many and tell of no change.</summary>
internal sealed class OnlyChanges : BaseProcessor<Activity>
{
    private const string Mark = "portal.changes";

    /// <summary>Requests, and what is clicked or typed in a page.</summary>
    public static string[] Framework { get; } = ["Microsoft.AspNetCore", "Microsoft.AspNetCore.Components"];

    public override void OnStart(Activity data)
    {
        if (data.Source.Name != PortalTraces.ChangesName)
        {
            return;
        }

        for (var above = data.Parent; above is not null; above = above.Parent)
        {
            above.SetCustomProperty(Mark, Mark);
        }
    }

    public override void OnEnd(Activity data)
    {
        if (Framework.Contains(data.Source.Name) && data.GetCustomProperty(Mark) is null)
        {
            // Exporters pass over what is not recorded.
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }
}
