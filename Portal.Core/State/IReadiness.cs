namespace Portal.Core.State;

/// <summary>Whether this process can serve: its store answers and has the schema that it wants. No host or engine matters here.</summary>
public interface IReadiness
{
    /// <summary>Why it cannot serve yet, or no longer, in a sentence; null if it can.</summary>
    Task<string?> NotReadyReasonAsync(CancellationToken cancellation);
}
