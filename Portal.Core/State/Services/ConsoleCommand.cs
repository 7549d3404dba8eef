using System.Collections.Immutable;
using System.Text;
using Portal.Core.Domain;

namespace Portal.Core.State.Services;

/// <summary>Reads a command as people type it: words, with quotes around those that hold a space. No shell sees it.</summary>
internal static class ConsoleCommand
{
    private static readonly ImmutableArray<string> s_shell = ["/bin/sh"];

    public static ImmutableArray<string> Parse(string? typed)
    {
        var (words, word, quote, begun) = (new List<string>(), new StringBuilder(), '\0', false);
        foreach (var c in typed ?? "")
        {
            if (quote != '\0' ? c == quote : c is '"' or '\'')
            {
                (quote, begun) = (quote == '\0' ? c : '\0', true);
            }
            else if (quote == '\0' && char.IsWhiteSpace(c))
            {
                End();
            }
            else
            {
                word.Append(c);
                begun = true;
            }
        }
        if (quote != '\0')
        {
            throw new RefusedException(RefusalKind.Invalid, "The command has a quote that does not end.", [new Fault("command", "has a quote that does not end")]);
        }
        End();
        return words.Count == 0 ? s_shell : [.. words];

        void End()
        {
            if (begun)
            {
                words.Add(word.ToString());
            }
            word.Clear();
            begun = false;
        }
    }
}
