using Portal.Core.Domain.Bodies;

namespace Portal.Core.Domain.Specs;

/// <summary>Fields whose meaning is settled but which do not work yet.</summary>
internal static class ReservedWords
{
    private static readonly (string Word, string Sentence)[] Top =
    [
        ("routes", "Routes do not work yet; publish a port."),
        ("files", "Files do not work yet; use env or a volume."),
        ("stack", "Stacks do not work yet; put each app by itself."),
    ];

    public static void Refuse(BodyReader body, List<Fault> unsupported) => Refuse(body, Top, unsupported);

    private static void Refuse(BodyReader body, (string Word, string Sentence)[] words, List<Fault> unsupported)
    {
        foreach (var (word, sentence) in words)
        {
            if (body.Has(word))
            {
                unsupported.Add(new Fault(body.PathOf(word), sentence));
            }
            body.AllowQuietly(word);
        }
    }
}
