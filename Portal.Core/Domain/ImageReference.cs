using System.Text.RegularExpressions;

namespace Portal.Core.Domain;

/// <summary>An image reference, taken apart as Docker does it: <c>[registry/]repository[:tag][@digest]</c>.</summary>
/// <param name="Registry">The registry's host, with its port where there is one; <c>docker.io</c> where none was named.</param>
/// <param name="Repository">The repository in it; <c>library/nginx</c> for <c>nginx</c>.</param>
/// <param name="Tag">The tag as named; null where none was.</param>
/// <param name="Digest">As <c>sha256:…</c>; null where none was named.</param>
public sealed partial record ImageReference(string Registry, string Repository, string? Tag, string? Digest)
{
    /// <summary>The registry of images that name none.</summary>
    public const string DefaultRegistry = "docker.io";

    private const int MaxNameLength = 255;
    private const string OfficialPrefix = "library/";

    /// <summary>The tag that is pulled: <c>latest</c> where neither tag nor digest is named; null where only a digest is.</summary>
    public string? EffectiveTag => Tag ?? (Digest is null ? "latest" : null);

    /// <summary>The shortest form: <c>nginx:1.27</c>.</summary>
    public string Familiar => FamiliarName + Suffix(Tag);

    /// <summary>The whole form: <c>docker.io/library/nginx:1.27</c>.</summary>
    public string Canonical => $"{Registry}/{Repository}{Suffix(EffectiveTag)}";

    /// <summary>The shortest form without tag and digest: <c>nginx</c>.</summary>
    public string FamiliarName => Registry != DefaultRegistry ? $"{Registry}/{Repository}"
        : Repository.StartsWith(OfficialPrefix, StringComparison.Ordinal) && Repository.IndexOf('/', OfficialPrefix.Length) < 0
            ? Repository[OfficialPrefix.Length..] : Repository;

    /// <inheritdoc/>
    public override string ToString() => Familiar;

    /// <summary>Reads a reference.</summary>
    /// <param name="text">As written.</param>
    /// <param name="reference">The reference; null where it cannot be read.</param>
    /// <param name="message">What is wrong, in words for a person; null where it could be read.</param>
    public static bool TryParse(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ImageReference? reference,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out string? message)
    {
        reference = null;
        message = null;
        // A name, a tag and the longest digest; anything longer need not be looked at.
        if (text.Length is 0 or > MaxNameLength + 128 + 300 || Grammar().Match(text) is not { Success: true } match)
        {
            message = text.Length == 0 ? "must not be empty"
                : text.Any(char.IsAsciiLetterUpper) && Grammar().IsMatch(text.ToLowerInvariant()) ? "must be an image reference; the repository's name is lower-case"
                : "must be an image reference such as nginx:1.27 or registry.example.com/team/app@sha256:…";
            return false;
        }
        var (registry, repository) = Split(match.Groups["name"].Value);
        if (match.Groups["name"].Length > MaxNameLength)
        {
            message = $"must have a name of at most {MaxNameLength} characters";
            return false;
        }
        if (registry == DefaultRegistry && BareId().IsMatch(repository))
        {
            message = "must be an image reference, not an image's id";
            return false;
        }
        if (registry == DefaultRegistry && !repository.Contains('/'))
        {
            repository = OfficialPrefix + repository;
        }
        reference = new ImageReference(registry, repository, Group(match, "tag"), Group(match, "digest"));
        return true;
    }

    private static (string Registry, string Repository) Split(string name)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : name[..slash];
        if (first.Length == 0 || !(first.Contains('.') || first.Contains(':') || first == "localhost" || first.Any(char.IsAsciiLetterUpper)))
        {
            return (DefaultRegistry, name);
        }
        // The old name of Docker's registry.
        return (first == "index.docker.io" ? DefaultRegistry : first, name[(slash + 1)..]);
    }

    private string Suffix(string? tag) => (tag is null ? "" : ":" + tag) + (Digest is null ? "" : "@" + Digest);

    private static string? Group(Match match, string name) => match.Groups[name] is { Success: true } group ? group.Value : null;

    // The grammar of github.com/distribution/reference. No two ways lead through one text, so that it is read in time that grows with its length: what parts
    // labels and components cannot occur in them. Host workers read references in every step.
    private const string Domain = @"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*(?::[0-9]{1,5})?";
    private const string Component = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";

    [GeneratedRegex($@"\A(?<name>(?:{Domain}/)?{Component}(?:/{Component})*)(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{{0,127}}))?(?:@(?<digest>sha256:[0-9a-f]{{64}}|sha512:[0-9a-f]{{128}}))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Grammar();

    [GeneratedRegex(@"\A[0-9a-f]{64}\z")]
    private static partial Regex BareId();
}
