using System.Collections.Immutable;

namespace Portal.Core.Domain;

/// <summary>How health is asked.</summary>
public enum HealthKind
{
    /// <summary>Not at all.</summary>
    None,
    /// <summary>An HTTP request from an agent.</summary>
    Http,
    /// <summary>A TCP connection from an agent.</summary>
    Tcp,
    /// <summary>A command in the container, run by the engine.</summary>
    Command,
}

/// <summary>What Portal does about an unhealthy instance.</summary>
public enum OnUnhealthy
{
    /// <summary>Restarts it in place.</summary>
    Restart,
    /// <summary>Replaces it by a new one.</summary>
    Replace,
    /// <summary>Nothing.</summary>
    None,
}

/// <summary>What an answer over http must be to pass.</summary>
public sealed record HealthMatch
{
    /// <summary>The statuses that pass.</summary>
    public StatusRanges Status { get; init; } = StatusRanges.Default;
    /// <summary>Text that must occur in the first 64 KiB of the body, read as UTF-8; null for any body.</summary>
    public string? Body { get; init; }
}

/// <summary>The health policy.</summary>
public sealed record HealthSpec
{
    /// <summary>The name of the port that is asked where none is named.</summary>
    public const string DefaultPort = "http";

    /// <summary>How it is asked.</summary>
    public HealthKind Kind { get; init; } = HealthKind.None;
    /// <summary>The port's name, for http and tcp; null for <see cref="DefaultPort"/>.</summary>
    public string? Port { get; init; }
    /// <summary>The path, for http.</summary>
    public string Path { get; init; } = "/";
    /// <summary>Headers to send, for http.</summary>
    public ImmutableSortedDictionary<string, string> Headers { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
    /// <summary>What the answer must be, for http.</summary>
    public HealthMatch Match { get; init; } = new();
    /// <summary>The command, for command.</summary>
    public ImmutableArray<string>? Command { get; init; }
    /// <summary>Between two checks.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);
    /// <summary>Of one check.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);
    /// <summary>Failures in a row that make it unhealthy.</summary>
    public int Retries { get; init; } = 3;
    /// <summary>Successes in a row that make it ready, at first or again; for http and tcp.</summary>
    public int SuccessThreshold { get; init; } = 1;
    /// <summary>After the start, failures do not count for this long.</summary>
    public TimeSpan StartPeriod { get; init; } = TimeSpan.Zero;
    /// <summary>What to do about an unhealthy instance.</summary>
    public OnUnhealthy OnUnhealthy { get; init; } = OnUnhealthy.Restart;

    /// <summary>Whether agents ask, rather than the engine or nobody.</summary>
    public bool IsProbed => Kind is HealthKind.Http or HealthKind.Tcp;
    /// <summary>The name of the port that is asked.</summary>
    public string PortName => Port ?? DefaultPort;

    /// <summary>Whether both ask the same in the same way.</summary>
    public bool Equals(HealthSpec? other) =>
        ReferenceEquals(this, other)
        || other is not null && Kind == other.Kind && Port == other.Port && Path == other.Path && Match == other.Match && Interval == other.Interval
        && Timeout == other.Timeout && Retries == other.Retries && SuccessThreshold == other.SuccessThreshold && StartPeriod == other.StartPeriod
        && OnUnhealthy == other.OnUnhealthy && Headers.SequenceEqual(other.Headers) && Command.HasValue == other.Command.HasValue
        && (Command is not { } mine || mine.AsSpan().SequenceEqual(other.Command!.Value.AsSpan()));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Port, Path, Interval, Timeout, Retries, StartPeriod, OnUnhealthy);
}
