using System.Text.RegularExpressions;

namespace Portal.Components.Pages.Incident;

/// <summary>Lines of logs as plain text: control characters and escape sequences are left out, never obeyed; what is very long is cut.</summary>
internal static partial class LogText
{
    private const int Longest = 500;

    public static string Clean(string text)
    {
        // Cut first, so that a line of a megabyte costs no more than another.
        var cut = text.Length > 4 * Longest ? text[..(4 * Longest)] : text;
        var clean = NotText().Replace(cut, "");
        return clean.Length > Longest || cut.Length < text.Length ? clean[..Math.Min(Longest, clean.Length)] + "…" : clean;
    }

    // Control sequences (ESC [ … letter), strings (ESC ] … bell or ESC \), other escapes, then what is left of control characters but tabs.
    [GeneratedRegex(@"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\a\x1b]*(?:\a|\x1b\\)?|\x1b.?|[\p{Cc}-[\t]]")]
    private static partial Regex NotText();
}
