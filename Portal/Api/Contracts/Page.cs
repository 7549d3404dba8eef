using System.Collections.Immutable;

namespace Portal.Api.Contracts;

/// <summary>A page of a list; <c>next</c> is what <c>after</c> takes for the next one, null at the end.</summary>
internal sealed record Page<T>(ImmutableArray<T> Items, string? Next);
