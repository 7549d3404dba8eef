using System.Collections.Immutable;

namespace Portal.Core.Domain;

/// <summary>One thing wrong with what a user sent.</summary>
/// <param name="Path">Where, as <c>health.interval</c> or <c>ports[0].name</c>; empty for the whole.</param>
/// <param name="Message">What, in words for a person.</param>
public sealed record Fault(string Path, string Message);

/// <summary>Why a request was refused; decides the HTTP status.</summary>
public enum RefusalKind
{
    /// <summary>400: faults of form.</summary>
    Invalid,
    /// <summary>401: nobody is signed in.</summary>
    Unauthenticated,
    /// <summary>403: too little.</summary>
    Forbidden,
    /// <summary>404: not there, or the caller may not know of it.</summary>
    NotFound,
    /// <summary>409: lost a race, or in the way of something else.</summary>
    Conflict,
    /// <summary>422: right in form, but cannot be done.</summary>
    Unprocessable,
}

/// <summary>A request that was refused and changed nothing, with every fault at once.</summary>
public sealed class RefusedException : Exception
{
    /// <summary>Refuses with one sentence, and the faults where there are any.</summary>
    public RefusedException(RefusalKind kind, string message, params IEnumerable<Fault> faults) : base(message)
    {
        Kind = kind;
        Faults = [.. faults];
    }

    /// <summary>Why.</summary>
    public RefusalKind Kind { get; }

    /// <summary>Every fault; empty where the message says all.</summary>
    public ImmutableArray<Fault> Faults { get; }

    /// <summary>The team whose quota has no room for it; null where it was refused for something else.</summary>
    public TeamId? QuotaOf { get; init; }

    /// <summary>Refuses what is not there or may not be known.</summary>
    public static RefusedException NotFound(string what) => new(RefusalKind.NotFound, $"There is no {what}.");
}
