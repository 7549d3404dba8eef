namespace Portal.Core.Domain;

/// <summary>Which names are allowed. Names of teams, apps, hosts, ports and volumes are DNS labels (RFC 1123).</summary>
public static class NameRules
{
    /// <summary>Longest DNS label.</summary>
    public const int MaxLabelLength = 63;

    /// <summary>Says in words what a DNS label is.</summary>
    public const string DnsLabelRule = "must be a DNS label: 1 to 63 of a-z, 0-9 and -, beginning and ending with a letter or digit";

    /// <summary>Longest key of a host's or container's label.</summary>
    public const int MaxLabelKeyLength = 253;

    /// <summary>Whether a text is a DNS label: lower case, digits and hyphens, 1 to 63 long, no hyphen at either end.</summary>
    public static bool IsDnsLabel(string text) =>
        text.Length is > 0 and <= MaxLabelLength
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
        && text[0] != '-' && text[^1] != '-';

    /// <summary>What is wrong with a name that shall be a DNS label; null where nothing is.</summary>
    public static string? CheckDnsLabel(string text) => IsDnsLabel(text) ? null : DnsLabelRule;

    /// <summary>Whether a text can be the key of a host's label: letters, digits and <c>. _ - /</c>, beginning and ending with a letter or digit.</summary>
    public static bool IsLabelKey(string text) =>
        text.Length is > 0 and <= MaxLabelKeyLength
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '/')
        && char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1]);

    /// <summary>What is wrong with the key of a host's label; null where nothing is.</summary>
    public static string? CheckLabelKey(string text) => IsLabelKey(text) ? null
        : $"must be 1 to {MaxLabelKeyLength} of letters, digits and . _ - /, beginning and ending with a letter or digit";
}
