namespace Portal.Core.Domain.Bodies;

/// <summary>How large a body may be. Beyond them it is refused as a whole, and never read to its end.</summary>
internal static class TreeLimits
{
    public const int MaxBytes = 1024 * 1024;
    public const int MaxDepth = 32;
    public const int MaxNodes = 20_000;

    public const string TooLarge = "must be at most 1 MiB large";
    public const string TooDeep = "nests deeper than 32 levels";
    public const string TooMany = "holds more than 20000 values";
}

/// <summary>Ends the reading of a body that cannot be read on.</summary>
internal sealed class UnreadableBodyException(string message) : Exception(message);
