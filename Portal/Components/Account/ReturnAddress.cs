namespace Portal.Components.Account;

/// <summary>Where to go after signing in: only to a page of our own.</summary>
internal static class ReturnAddress
{
    public static string Of(string? wanted) =>
        wanted is ['/', ..] && !wanted.StartsWith("//", StringComparison.Ordinal) && !wanted.StartsWith("/\\", StringComparison.Ordinal)
        && !wanted.Any(char.IsControl) ? wanted : "/";
}
