using System.Collections.Immutable;
using System.Text;
using Portal.Core.Domain.Bodies;

namespace Portal.Core.Domain.Specs;

/// <summary>Environment variables.</summary>
internal static class EnvPart
{
    // Linux takes no longer "NAME=value" with its end.
    private const int MaxBytes = 128 * 1024 - 1;

    public static ImmutableSortedDictionary<string, string> Read(BodyReader body, List<Fault> unsupported)
    {
        var env = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, value, path) in body.Entries("env"))
        {
            if (CheckName(name) is { } message)
            {
                body.Faults.Add(path.ToString(), "has a name that " + message);
            }
            else if (IsSecret(value))
            {
                unsupported.Add(new Fault(path.ToString(), "Secrets do not work yet; give the value itself."));
            }
            else if (body.TextOf(value, path, int.MaxValue, allowEmpty: true) is { } text)
            {
                env[name] = text;
                if (Encoding.UTF8.GetByteCount(text) + Encoding.UTF8.GetByteCount(name) + 1 > MaxBytes)
                {
                    body.Faults.Add(path.ToString(), $"must be at most {MaxBytes} bytes long, its name included");
                }
            }
        }
        return env.ToImmutable();
    }

    private static string? CheckName(string name) =>
        name.Length == 0 ? "must not be empty"
        : name.Contains('=') ? "must not contain ="
        : name.Any(char.IsControl) ? "must not contain control characters"
        : null;

    private static bool IsSecret(Node value) =>
        value is { Kind: NodeKind.Map, Entries: [{ Key: "secret", Value: { Kind: NodeKind.Text, Literal.Length: > 0 } }] };
}
