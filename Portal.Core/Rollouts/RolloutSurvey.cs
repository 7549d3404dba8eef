using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.Rollouts;

/// <summary>What is known of a rollout before anything is touched: whether its instances would find room, and how far its image has come on the hosts that will need it.</summary>
/// <param name="NoRoom">Why they would not; null if they would.</param>
/// <param name="Images">Its image on each host where it has to be pulled.</param>
public sealed record RolloutSurvey(string? NoRoom, ImmutableArray<PulledImage> Images);
