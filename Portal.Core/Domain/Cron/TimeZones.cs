using System.Text.RegularExpressions;

namespace Portal.Core.Domain.Cron;

/// <summary>Time zones by their IANA names, as this machine knows them.</summary>
public static partial class TimeZones
{
    /// <summary>The zone; null where this machine knows none of that name.</summary>
    public static TimeZoneInfo? Find(string name) => name == "UTC" ? TimeZoneInfo.Utc
        : Name().IsMatch(name) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;

    /// <summary>What is wrong with a name; null where nothing is.</summary>
    public static string? Check(string name) => Find(name) is null ? "must be the IANA name of a time zone, such as Europe/Berlin or UTC" : null;

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_+-]{0,31}(?:/[A-Za-z0-9_+-]{1,31}){0,2}\z")]
    private static partial Regex Name();
}
