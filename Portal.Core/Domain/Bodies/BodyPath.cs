using System.Text;

namespace Portal.Core.Domain.Bodies;

/// <summary>Where in a body something stands; written out only when a fault is told.</summary>
internal sealed record BodyPath(BodyPath? Parent, string Name, int Index)
{
    private const int MaxNameLength = 256;

    public static readonly BodyPath Root = new(null, "", -1);

    public BodyPath Field(string name) => new(this, name, -1);

    public BodyPath Item(int index) => new(this, "", index);

    public override string ToString()
    {
        var text = new StringBuilder();
        Write(text);
        return text.ToString();
    }

    /// <summary>Names come from users: bounded, and without what a terminal or log would act on.</summary>
    public static string Printable(string name)
    {
        var cut = name.Length <= MaxNameLength ? name : name[..MaxNameLength] + "…";
        var text = new StringBuilder(cut.Length);
        // Half of a surrogate pair, perhaps just cut, is enumerated as U+FFFD.
        foreach (var rune in cut.EnumerateRunes())
        {
            text.Append(Rune.IsControl(rune) ? Rune.ReplacementChar : rune);
        }
        return text.ToString();
    }

    private void Write(StringBuilder text)
    {
        if (Parent is null)
        {
            return;
        }
        Parent.Write(text);
        if (Index >= 0)
        {
            text.Append('[').Append(Index).Append(']');
        }
        else
        {
            text.Append(text.Length == 0 ? "" : ".").Append(Printable(Name));
        }
    }
}
