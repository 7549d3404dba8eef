using System.Collections.Immutable;
using Portal.Core.Domain.Bodies;

namespace Portal.Core.Domain.Specs;

/// <summary>How a change replaces instances.</summary>
internal static class UpdatePart
{
    private const int MaxPercent = 100;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    public static UpdateSpec Read(BodyReader update)
    {
        var defaults = new UpdateSpec();
        var spec = new UpdateSpec
        {
            Order = update.Choice<UpdateOrder>("order") ?? defaults.Order,
            MaxSurge = ReadAmount(update, "maxSurge") ?? defaults.MaxSurge,
            MaxUnavailable = ReadAmount(update, "maxUnavailable") ?? defaults.MaxUnavailable,
            MinReady = update.Duration("minReady", TimeSpan.Zero, Longest),
            ProgressDeadline = update.Duration("progressDeadline", Second, Longest) ?? defaults.ProgressDeadline,
            OnFailure = update.Choice<OnUpdateFailure>("onFailure") ?? defaults.OnFailure,
        };
        // With stopFirst one instance is always allowed to be missing.
        if (spec is { Order: UpdateOrder.StartFirst, MaxSurge.Value: 0, MaxUnavailable.Value: 0 }
            && !update.Faults.Has(update.PathOf("order")) && !update.Faults.Has(update.PathOf("maxUnavailable")))
        {
            update.Fault("maxUnavailable", "must not be 0 where maxSurge is 0 too: nothing could ever be replaced");
        }
        if (spec.MinReady >= spec.ProgressDeadline && !update.Faults.Has(update.PathOf("progressDeadline")))
        {
            update.Fault("minReady", "must be shorter than progressDeadline");
        }
        return spec with { Canary = ReadCanary(update) };
    }

    /// <summary>The default, spelled out or not, is one spec.</summary>
    public static AppSpec WithoutDefaultMinReady(AppSpec spec) => spec.Update.MinReady == spec.DefaultMinReady
        ? spec with { Update = spec.Update with { MinReady = null } }
        : spec;

    /// <summary>How many may be down by choice at once.</summary>
    public static CountOrPercent? ReadDisruption(BodyReader disruption) => ReadAmount(disruption, "maxUnavailable");

    /// <summary>A number, or a share.</summary>
    public static CountOrPercent? ReadAmount(BodyReader update, string name)
    {
        if (update.Take(name) is not { } node)
        {
            return null;
        }
        long value;
        if (node.Kind == NodeKind.Number && NumberText.TryWhole(node.Literal, out value) && value is >= 0 and <= SpecReader.MaxReplicas)
        {
            return new CountOrPercent((int)value);
        }
        if (node.Kind == NodeKind.Text && node.Literal is [.. { Length: > 0 and <= 3 } digits, '%'] && digits.All(char.IsAsciiDigit)
            && NumberText.TryWhole(digits, out value) && value <= MaxPercent)
        {
            return new CountOrPercent((int)value, IsPercent: true);
        }
        update.Fault(name, $"must be a whole number from 0 to {SpecReader.MaxReplicas}, or a share such as \"25%\"");
        return null;
    }

    private static ImmutableArray<CanaryStep> ReadCanary(BodyReader update)
    {
        var steps = ImmutableArray.CreateBuilder<CanaryStep>();
        var last = 0;
        foreach (var step in update.Objects("canary"))
        {
            var percent = step.Require("percent") ? step.Whole("percent", 1, MaxPercent) : null;
            if (percent <= last)
            {
                step.Fault("percent", "must be more than that of the step before");
            }
            last = percent ?? last;
            var pause = step.Require("pause") && step.Take("pause")?.AsText != "manual" ? step.Duration("pause", TimeSpan.Zero, TimeSpan.FromDays(30)) : null;
            steps.Add(new CanaryStep(last, pause));
        }
        return steps.ToImmutable();
    }
}
