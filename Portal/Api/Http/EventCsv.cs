using System.Globalization;
using Portal.Api.Contracts;

namespace Portal.Api.Http;

/// <summary>Events as comma-separated values (RFC 4180).</summary>
internal static class EventCsv
{
    public const string MediaType = "text/csv";

    public const string Head = "id,at,severity,kind,team,app,host,instance,message,traceId\r\n";

    public static string LineOf(EventBody e) => string.Join(',',
        e.Id.ToString(CultureInfo.InvariantCulture), e.At.ToString("O", CultureInfo.InvariantCulture), e.Severity.ToString(), Quoted(e.Kind), Quoted(e.Team), Quoted(e.App), Quoted(e.Host), e.Instance?.ToString() ?? "", Quoted(e.Message), Quoted(e.TraceId)) + "\r\n";

    /// <summary>Always quoted. A spreadsheet takes what begins like a formula for one, so a message cannot begin so.</summary>
    private static string Quoted(string? text) => text is null ? "" : $"\"{(text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? "'" : "")}{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
