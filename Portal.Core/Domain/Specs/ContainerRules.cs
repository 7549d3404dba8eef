using System.Text.RegularExpressions;

namespace Portal.Core.Domain.Specs;

/// <summary>Paths in a container.</summary>
internal static class ContainerPaths
{
    private const int MaxLength = 4096;
    private static readonly string[] Kernel = ["/proc", "/sys", "/dev"];

    /// <summary>What is wrong with a directory's path; null where nothing is.</summary>
    public static string? CheckDirectory(string path) =>
        !path.StartsWith('/') ? "must be an absolute path"
        : path.Length > MaxLength ? $"must be at most {MaxLength} characters long"
        : path.Split('/').Contains("..") ? "must not contain .."
        : path.Any(char.IsControl) ? "must not contain control characters"
        : null;

    /// <summary>What is wrong with the path of a volume; null where nothing is.</summary>
    public static string? CheckVolume(string path)
    {
        if (CheckDirectory(path) is { } message)
        {
            return message;
        }
        var normal = Normal(path);
        return normal == "/" ? "must not be the root of the container"
            : path.Contains(':') ? "must not contain a colon"
            : Kernel.Any(k => normal == k || normal.StartsWith(k + "/", StringComparison.Ordinal)) ? "must not lie in /proc, /sys or /dev"
            : null;
    }

    /// <summary>The one form of a path: no <c>.</c>, no doubled or trailing slash.</summary>
    public static string Normal(string path) => "/" + string.Join('/', path.Split('/').Where(part => part is not ("" or ".")));
}

/// <summary>Users in a container.</summary>
internal static partial class UserRule
{
    public static string? Check(string user) => User().IsMatch(user) ? null : "must be a user's name or id, with or without :group";

    [GeneratedRegex(@"\A[A-Za-z0-9_.][A-Za-z0-9_.@$-]{0,63}(?::[A-Za-z0-9_.][A-Za-z0-9_.@$-]{0,63})?\z")]
    private static partial Regex User();
}

/// <summary>Keys of a container's labels.</summary>
internal static class LabelRule
{
    private const string OwnPrefix = "portal.";

    public static string? Check(string key) =>
        key.Length is 0 or > NameRules.MaxLabelKeyLength ? $"must be 1 to {NameRules.MaxLabelKeyLength} characters long"
        : key.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c == '=') ? "must not contain spaces, control characters or ="
        : key.StartsWith(OwnPrefix, StringComparison.OrdinalIgnoreCase) ? "must not begin with portal., which are Portal's own"
        : null;
}
