using System.Collections.Immutable;
using Portal.Core.Domain.Bodies;

namespace Portal.Core.Domain.Specs;

/// <summary>What came of reading an AppSpec.</summary>
/// <param name="Request">The spec and its replica count; null where there are faults or unsupported wishes.</param>
/// <param name="Faults">Every fault of form (400).</param>
/// <param name="Unsupported">Every wish that is right in form but does not work yet (422).</param>
public sealed record SpecReading(AppRequest? Request, ImmutableArray<Fault> Faults, ImmutableArray<Fault> Unsupported)
{
    /// <summary>The request, or a refusal with every fault: those of form win over what is not supported.</summary>
    /// <exception cref="RefusedException">There is no request.</exception>
    public AppRequest OrRefuse() => Request ?? throw (Faults.IsEmpty
        ? new RefusedException(RefusalKind.Unprocessable, "The spec asks for what does not work yet.", Unsupported)
        : BodyReader.Refuse(Faults));
}
