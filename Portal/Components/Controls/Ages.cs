namespace Portal.Components.Controls;

/// <summary>Ages in words. The script in ages.js counts on with the same words.</summary>
internal static class Ages
{
    public static string Of(TimeSpan age) => age.TotalSeconds switch
    {
        < 5 => "just now",
        < 60 => $"{(int)age.TotalSeconds} s ago",
        < 3600 => $"{(int)age.TotalMinutes} min ago",
        < 86400 => $"{(int)age.TotalHours} h ago",
        _ => $"{(int)age.TotalDays} d ago",
    };
}
