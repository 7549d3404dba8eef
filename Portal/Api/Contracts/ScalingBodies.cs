using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;
using Portal.Core.Scaling;
using Portal.Core.State.Views;
using Portal.Core.State.Writers;

namespace Portal.Api.Contracts;

/// <summary>A scaling policy, as in an AppSpec.</summary>
[JsonConverter(typeof(ScalingPolicyConverter))]
internal sealed record ScalingPolicyBody(ScalingSpec Policy);

/// <summary>Writes a policy as its codec does, which alone reads it.</summary>
internal sealed class ScalingPolicyConverter : JsonConverter<ScalingPolicyBody>
{
    public override ScalingPolicyBody Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException("Policies are read by ScalingCodec.");

    public override void Write(Utf8JsonWriter writer, ScalingPolicyBody value, JsonSerializerOptions options) => ScalingCodec.WriteJson(writer, value.Policy);
}

/// <summary>How an app is scaled: what the autoscaler found when it last looked. Without a policy users set the number.</summary>
internal sealed record ScalingBody(
    ScalingPolicyBody? Policy, int Current, int? Recommended, ScalingWhy? Why, string Reason, DateTime? LookedAt, int? Min, int? Max, string? Schedule, DateTime? ScheduleChangesAt,
    ImmutableArray<ScalingMetricBody> Metrics)
{
    public static ScalingBody Of(ScalingView view) => new(
        view.Policy is { } policy ? new ScalingPolicyBody(policy) : null, view.Current, view.Recommended, view.Why, view.Reason, Wire.Time(view.LookedAt), view.Bounds?.Min, view.Bounds?.Max,
        (view.Bounds?.MinFrom ?? view.Bounds?.MaxFrom)?.ToString(), Wire.Time(view.Bounds?.ChangesAt), view.Document is { } document ? ScalingMetricBody.Of(document) : []);
}

/// <summary>What one metric said; the values with a unit are for people, the others in cores, bytes or what the metric counts.</summary>
internal sealed record ScalingMetricBody(string Metric, string Target, double TargetValue, string? Average, double? AverageValue, double Total, int Measured, int Missing, int? Wanted, string Sentence)
{
    public static ImmutableArray<ScalingMetricBody> Of(ScalingDocument document) =>
        [.. document.Metrics.Select(m => new ScalingMetricBody(m.Source, m.TargetText, m.Target, m.AverageText, m.Average, m.Total, m.Measured, m.Missing, m.Wanted, m.Sentence))];
}

/// <summary>A decision that changed the number, or why it is what it is, with the figures that it came from.</summary>
internal sealed record ScalingDecisionBody(
    long Id, DateTime At, int From, int To, int Recommended, ScalingWhy Why, string Reason, int Min, int Max, string? Schedule, ImmutableArray<ScalingMetricBody> Metrics)
{
    public static ScalingDecisionBody Of(ScalingDecisionView decision) => new(
        decision.Id, Wire.Time(decision.At), decision.From, decision.To, decision.Recommended, decision.Why, decision.Reason, decision.Inputs.Min, decision.Inputs.Max, decision.Inputs.Schedule,
        ScalingMetricBody.Of(decision.Inputs));
}

/// <summary>What would be decided now.</summary>
internal sealed record ScalingTryBody(
    int Current, int Number, int Recommended, ScalingWhy Why, string Reason, int Min, int Max, string? Schedule, DateTime? ScheduleChangesAt, DateTime? LookAgainAt, ImmutableArray<ScalingMetricBody> Metrics)
{
    public static ScalingTryBody Of(ScalingInput input, ScalingDecision decision)
    {
        var document = ScalingDocument.Of(input, decision, withHistory: false);
        return new(decision.Current, decision.Number, decision.Recommended, decision.Why, decision.Reason, document.Min, document.Max, document.Schedule, Wire.Time(document.ScheduleChangesAt),
            Wire.Time(decision.LookAgainAt), ScalingMetricBody.Of(document));
    }
}
