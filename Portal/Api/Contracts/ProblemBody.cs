using System.Collections.Immutable;

namespace Portal.Api.Contracts;

/// <summary>Every refusal and every error, as <c>application/problem+json</c>.</summary>
internal sealed record ProblemBody(string Type, string Title, int Status, string Detail, ImmutableArray<ProblemFault> Errors);

/// <summary>One fault of a request: where, and what.</summary>
internal sealed record ProblemFault(string Path, string Message);
