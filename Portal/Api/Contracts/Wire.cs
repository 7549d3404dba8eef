using Portal.Core.Domain;

namespace Portal.Api.Contracts;

/// <summary>How single values look on the wire.</summary>
internal static class Wire
{
    /// <summary>In UTC, so that it is written with a Z.</summary>
    public static DateTime Time(DateTimeOffset time) => time.UtcDateTime;

    public static DateTime? Time(DateTimeOffset? time) => time?.UtcDateTime;

    public static string Duration(TimeSpan duration) => DurationText.Format(duration);

    /// <summary>The shortest exact text, such as <c>64M</c>.</summary>
    public static string Memory(long bytes) => MemoryText.Format(bytes);
}
