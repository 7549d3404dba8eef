namespace Portal.Core.Domain.Cron;

/// <summary>From what a clock on the wall shows to when that is.</summary>
internal static class WallClock
{
    /// <summary>When the wall shows a time; for one that is skipped, the end of the gap.</summary>
    /// <param name="wall">What it shows.</param>
    /// <param name="zone">Where it hangs.</param>
    /// <param name="last">Of a time that comes twice, the second instead of the first.</param>
    public static DateTimeOffset InstantOf(DateTime wall, TimeZoneInfo zone, bool last = false)
    {
        while (zone.IsInvalidTime(wall))
        {
            wall = wall.AddMinutes(1);
        }
        var offset = !zone.IsAmbiguousTime(wall) ? zone.GetUtcOffset(wall) : last ? zone.GetAmbiguousTimeOffsets(wall).Min() : zone.GetAmbiguousTimeOffsets(wall).Max();
        return new DateTimeOffset(wall, offset).ToUniversalTime();
    }
}
