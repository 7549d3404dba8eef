using System.Text.RegularExpressions;

namespace Portal.Core.Domain.Bodies;

/// <summary>What an unquoted scalar means by the core schema of YAML 1.2 (so <c>yes</c> and <c>on</c> are text).</summary>
internal static partial class YamlScalars
{
    public static Node Resolve(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => Node.Null,
        "true" or "True" or "TRUE" or "false" or "False" or "FALSE" => Node.PlainBoolean(text),
        _ when Number().IsMatch(text) => Node.Number(text, isPlain: true),
        _ => Node.Text(text),
    };

    [GeneratedRegex(@"\A(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\z", RegexOptions.NonBacktracking)]
    private static partial Regex Number();
}
