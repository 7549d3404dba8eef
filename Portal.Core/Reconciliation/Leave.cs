namespace Portal.Core.Reconciliation;

/// <summary>Why an instance is to leave where it runs.</summary>
/// <param name="Why">In words without a full stop.</param>
/// <param name="IsByChoice">Whether someone chose to move it and it serves where it is: then the disruption budget holds.</param>
/// <param name="AvoidsHost">Whether its successor must not come back to the same host.</param>
internal sealed record Leave(string Why, bool IsByChoice, bool AvoidsHost = false);
