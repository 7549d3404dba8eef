namespace Portal.Api;

/// <summary>Bounds of what one caller may ask of the API.</summary>
public sealed class ApiLimits
{
    /// <summary>Wrong tokens a minute from one address, after which only tokens that lately worked are tried from there.</summary>
    public int TokenFailuresPerMinute { get; set; } = 60;
    /// <summary>Tokens a minute that one user makes, by whichever of their tokens.</summary>
    public int NewTokensPerMinute { get; set; } = 30;
    /// <summary>Requests a second of one token over a longer time.</summary>
    public int RequestsPerSecond { get; set; } = 500;
    /// <summary>Requests of one token at once, above which the rate holds.</summary>
    public int RequestBurst { get; set; } = 5000;
}
