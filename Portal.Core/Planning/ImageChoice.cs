using Portal.Core.Domain;

namespace Portal.Core.Planning;

/// <summary>Which image reference a container runs by, and how references are compared.</summary>
public static class ImageChoice
{
    /// <summary>By digest where it was resolved, else as written.</summary>
    public static string Of(WantedInstance wanted) => Of(wanted.Spec.Image, wanted.ImageDigest);

    /// <summary>By digest where it was resolved, else as written.</summary>
    public static string Of(string image, string? resolved)
    {
        var digest = resolved is { Length: > 0 } known ? known[(known.IndexOf('@') + 1)..] : null;
        return digest is not null && ImageReference.TryParse(image, out var reference, out _)
            ? $"{reference.FamiliarName}@{digest}"
            : image;
    }

    /// <summary>Of one of its containers: by digest where it was resolved, else as written.</summary>
    public static string Of(WantedInstance wanted, InstancePart part) => Of(part.Image, DigestOf(wanted, part));

    /// <summary>The digest of the image of one of its containers; null where it was not resolved.</summary>
    public static string? DigestOf(WantedInstance wanted, InstancePart part) => part.Kind == PartKind.Main ? wanted.ImageDigest : part.Spec?.ImageDigest;

    /// <summary>The digest by which an image of a host is known in the reference's repository; null where it came from no registry.</summary>
    /// <param name="reference">As the spec writes it.</param>
    /// <param name="digests">As the engine lists them: repository, <c>@</c>, digest.</param>
    public static string? DigestOf(string reference, IEnumerable<string> digests)
    {
        if (!ImageReference.TryParse(reference, out var wanted, out _))
        {
            return null;
        }
        return digests.Where(d => ImageReference.TryParse(d, out var known, out _) && known.FamiliarName == wanted.FamiliarName)
            .Select(d => d[(d.IndexOf('@', StringComparison.Ordinal) + 1)..]).Order(StringComparer.Ordinal).FirstOrDefault();
    }

    /// <summary>One text for references that mean the same image.</summary>
    public static string Canonical(string reference)
    {
        if (!ImageReference.TryParse(reference, out var parsed, out _))
        {
            return reference;
        }
        // An engine looks only at the digest where there is one.
        return parsed.Digest is null ? parsed.Canonical : (parsed with { Tag = null }).Canonical;
    }
}
