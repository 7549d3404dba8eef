using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Components.Controls;

/// <summary>
/// What a form's last attempt was told: a sentence, and faults by path. A form cascades it; each Field shows those of
/// its own path, and a FaultList shows what no field claimed.
/// </summary>
public sealed class FaultSet
{
    public static readonly FaultSet None = new("", []);

    private FaultSet(string message, ImmutableArray<Fault> faults)
    {
        Message = message;
        Faults = faults;
    }

    /// <summary>The refusal's sentence; empty where there is none.</summary>
    public string Message { get; }

    public ImmutableArray<Fault> Faults { get; }

    public bool IsEmpty => Message.Length == 0 && Faults.IsEmpty;

    /// <summary>From what a call threw.</summary>
    public static FaultSet Of(Exception e) =>
        new(Refusals.Sentence(e), e is RefusedException refused ? refused.Faults : []);

    /// <summary>From a form's own checks.</summary>
    public static FaultSet Of(string message, params IEnumerable<Fault> faults) => new(message, [.. faults]);

    /// <summary>Faults at the path itself or below it.</summary>
    public IEnumerable<Fault> At(string path) => Faults.Where(f => IsAt(f.Path, path));

    /// <summary>Faults at none of these paths.</summary>
    public IEnumerable<Fault> Beside(IEnumerable<string> paths) => Faults.Where(f => !paths.Any(p => IsAt(f.Path, p)));

    private static bool IsAt(string fault, string path) =>
        path.Length > 0 && fault.StartsWith(path, StringComparison.OrdinalIgnoreCase)
        && (fault.Length == path.Length || fault[path.Length] is '.' or '[');
}
