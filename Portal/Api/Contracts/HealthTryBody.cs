using Portal.Core.State.Services;

namespace Portal.Api.Contracts;

/// <summary>What came of asking an instance once.</summary>
internal sealed record HealthTryBody(Guid Instance, int Slot, string Host, string? Address, bool Ok, string Took, string Answer)
{
    public static HealthTryBody Of(HealthTry tried) => new(tried.Instance.Value, tried.Slot, tried.Host, tried.Address, tried.Ok,
        Wire.Duration(TimeSpan.FromMilliseconds(Math.Ceiling(tried.Took.TotalMilliseconds))), tried.Answer);
}

/// <summary>A health policy, as in an AppSpec. Only describes the body; its codec reads it.</summary>
internal sealed record HealthPolicyBody;
