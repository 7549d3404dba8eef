using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Core.State.Metrics;

/// <summary>The last few minutes of one instance's CPU and memory, as few bytes as they need: there is one for each instance.</summary>
internal sealed class UsageRing(AppId app, HostId host)
{
    /// <summary>Between two points.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromSeconds(6);
    private const int Length = 30;
    /// <summary>What it reaches over.</summary>
    public static readonly TimeSpan Span = Step * Length;
    private readonly (int Second, float Cpu, long Memory)[] _points = new (int, float, long)[Length];
    private int _next;
    private int _count;

    /// <summary>Takes a figure, unless the one before is too near.</summary>
    public void Put(InstanceUsage usage)
    {
        var second = (int)(usage.At - MetricTables.Origin).TotalSeconds;
        if (_count > 0 && second < _points[(_next + Length - 1) % Length].Second + (int)Step.TotalSeconds)
        {
            return;
        }
        _points[_next] = (second, (float)(usage.Cpu ?? double.NaN), usage.Memory);
        _next = (_next + 1) % Length;
        _count = Math.Min(_count + 1, Length);
    }

    /// <summary>Whether nothing of it is as new.</summary>
    public bool EndsBefore(DateTimeOffset at) => _count == 0 || AtOf(_points[(_next + Length - 1) % Length].Second) < at;

    /// <summary>All points from then on, oldest first.</summary>
    public ImmutableArray<InstanceUsage> Read(DateTimeOffset from)
    {
        var read = ImmutableArray.CreateBuilder<InstanceUsage>(_count);
        for (var i = 0; i < _count; i++)
        {
            var (second, cpu, memory) = _points[(_next - _count + i + Length) % Length];
            if (AtOf(second) >= from)
            {
                read.Add(new InstanceUsage { At = AtOf(second), App = app, Host = host, Cpu = float.IsNaN(cpu) ? null : cpu, Memory = memory });
            }
        }
        return read.DrainToImmutable();
    }

    private static DateTimeOffset AtOf(int second) => MetricTables.Origin.AddSeconds(second);
}
