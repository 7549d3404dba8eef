namespace Portal.Components.Pages.Common;

/// <summary>An image reference, taken apart for showing.</summary>
/// <param name="Repository">Registry and name.</param>
/// <param name="Tag">The tag; <c>latest</c> where neither tag nor digest is named, empty where only a digest is.</param>
/// <param name="Digest">As <c>sha256:…</c>; null where none is named.</param>
public sealed record ImageName(string Repository, string Tag, string? Digest)
{
    /// <summary>The repository's last part, which tells most.</summary>
    public string ShortName => Repository[(Repository.LastIndexOf('/') + 1)..];

    /// <summary>What a narrow column shows: the name and the tag, or the start of the digest.</summary>
    public string Short => Tag.Length > 0 ? $"{ShortName}:{Tag}" : $"{ShortName}@{Digest?[..Math.Min(19, Digest.Length)]}";

    public static ImageName Parse(string reference)
    {
        var at = reference.IndexOf('@', StringComparison.Ordinal);
        var digest = at < 0 ? null : reference[(at + 1)..];
        var name = at < 0 ? reference : reference[..at];
        var colon = name.LastIndexOf(':');
        // A colon before the last slash is a registry's port.
        if (colon > name.LastIndexOf('/'))
        {
            return new ImageName(name[..colon], name[(colon + 1)..], digest);
        }
        return new ImageName(name, digest is null ? "latest" : "", digest);
    }
}
