using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.Planning;

/// <summary>Images that are to be on a host before a rollout begins.</summary>
/// <param name="App">The app.</param>
/// <param name="Revision">The revision that will need them.</param>
/// <param name="Team">The team whose credentials are used.</param>
/// <param name="Images">Those of all containers of an instance.</param>
/// <param name="Policy">When they are pulled.</param>
public sealed record WantedPull(AppId App, int Revision, TeamId Team, ImmutableArray<WantedImage> Images, PullPolicy Policy)
{
    /// <summary>The trace of the change that led to it, as a W3C <c>traceparent</c>; null for none.</summary>
    public string? Trace { get; init; }
    /// <summary>The app's name.</summary>
    public string AppName { get; init; } = "";

    /// <summary>Of a revision's spec.</summary>
    /// <param name="app">The app.</param>
    /// <param name="revision">The revision.</param>
    /// <param name="team">The team.</param>
    /// <param name="spec">Its spec.</param>
    /// <param name="digest">The digest of the main container's image; null where it is not known.</param>
    /// <param name="resolvesAnew">Whether tags are to be looked up of which the digest is not known.</param>
    public static WantedPull Of(AppId app, int revision, TeamId team, AppSpec spec, string? digest, bool resolvesAnew) => new(app, revision, team,
        [.. from part in InstanceParts.Of(spec)
            let known = part.Kind == PartKind.Main ? digest : part.Spec?.ImageDigest
            select new WantedImage(ImageChoice.Of(part.Image, known), resolvesAnew && known is null)], spec.Pull);
}

/// <summary>An image that is wanted on a host.</summary>
/// <param name="Reference">Its reference.</param>
/// <param name="ResolvesAnew">Whether its tag is to be looked up though an image of that tag is there.</param>
public sealed record WantedImage(string Reference, bool ResolvesAnew);

/// <summary>What is remembered of such a pull.</summary>
/// <param name="Wanted">What is wanted.</param>
/// <param name="Since">When the worker first heard of it: an image that has to be looked up was, if it was pulled after that.</param>
/// <param name="Trouble">The present trouble.</param>
public sealed record PullMemory(WantedPull Wanted, DateTimeOffset Since, Trouble? Trouble = null);
