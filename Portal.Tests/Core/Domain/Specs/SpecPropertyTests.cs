using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;

namespace Portal.Tests.Core.Domain.Specs;

/// <summary>Properties over generated specs; a failure names its seed.</summary>
public sealed class SpecPropertyTests
{
    private const int Runs = 2000;

    [Fact]
    public void WhatIsWrittenReadsBackTheSame()
    {
        for (var seed = 0; seed < Runs; seed++)
        {
            var spec = new SpecGenerator(seed).Spec();
            int? replicas = spec.Kind != AppKind.Service ? null : seed % 10_001;
            var expected = SpecCodec.Canonical(spec);
            AssertSame(expected, replicas, SpecCodec.ReadJson(SpecCodec.WriteJson(spec, replicas)), seed, "json");
            AssertSame(expected, replicas, SpecCodec.ReadYaml(SpecCodec.WriteYaml(spec, replicas)), seed, SpecCodec.WriteYaml(spec, replicas));
            Assert.Equal(expected, SpecCodec.Canonical(SpecCodec.FromCanonical(expected)));
            Assert.Equal(spec.Health, HealthCodec.FromCanonical(HealthCodec.Canonical(spec.Health)));
        }
    }

    [Fact]
    public void AWrongValueAnywhereIsAFaultThere()
    {
        for (var seed = 0; seed < Runs; seed++)
        {
            var generator = new SpecGenerator(seed);
            var json = JsonNode.Parse(SpecCodec.WriteJson(generator.Spec(), null))!;
            var path = Spoil(json, generator);
            var reading = SpecCodec.ReadJson(json.ToJsonString());
            Assert.True(reading.Request is null && reading.Faults.Any(f => f.Path == path || f.Path.StartsWith(path + "[", StringComparison.Ordinal)),
                $"seed {seed}: {path}: {string.Join("; ", reading.Faults)}");
        }
    }

    [Fact]
    public void BrokenTextNeverThrows()
    {
        for (var seed = 0; seed < Runs; seed++)
        {
            var generator = new SpecGenerator(seed);
            var spec = generator.Spec();
            Check(SpecCodec.ReadJson(Break(SpecCodec.WriteJson(spec, 1), generator)), seed);
            var yaml = Break(SpecCodec.WriteYaml(spec, 1), generator);
            Check(SpecCodec.ReadYaml(yaml), seed);
            Check(SpecCodec.ReadYaml(Encoding.UTF8.GetString(yaml)), seed);
        }
    }

    [Fact]
    public void TheHashChangesExactlyWithWhatRestartsContainers()
    {
        for (var seed = 0; seed < Runs; seed++)
        {
            var old = new SpecGenerator(seed).Spec();
            // Mostly alike, so that single fields differ too.
            var other = new SpecGenerator(seed + Runs).Spec();
            foreach (var changed in Variants(old, other))
            {
                var changes = SpecDiff.Between(old, changed);
                var restarts = changes.Any(c => c.Effect == ChangeEffect.RestartsContainers);
                Assert.True(restarts == (SpecHash.OfContainer(old) != SpecHash.OfContainer(changed)), $"seed {seed}: {string.Join("; ", changes)}");
                Assert.Equal(changes.IsEmpty, SpecCodec.Canonical(old) == SpecCodec.Canonical(changed));
            }
        }
    }

    [Fact]
    public void ReadingTakesLessThanAMillisecond()
    {
        var json = Encoding.UTF8.GetBytes(SpecExamples.Contract);
        var times = new List<double>();
        for (var i = 0; i < 600; i++)
        {
            var start = Stopwatch.GetTimestamp();
            Assert.NotNull(SpecCodec.ReadJson(json).Request);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        Assert.InRange(times.Order().ElementAt(times.Count / 2), 0, 1);
    }

    private static void AssertSame(string expected, int? replicas, SpecReading reading, int seed, string written)
    {
        Assert.True(reading.Request is not null, $"seed {seed}: {string.Join("; ", reading.Faults.Concat(reading.Unsupported))}\n{written}");
        Assert.True(expected == SpecCodec.Canonical(reading.Request.Spec), $"seed {seed}\n{expected}\n{SpecCodec.Canonical(reading.Request.Spec)}\n{written}");
        Assert.Equal(replicas, reading.Request.Replicas);
    }

    private static void Check(SpecReading reading, int seed) =>
        Assert.True(reading.Request is not null != (reading.Faults.Length + reading.Unsupported.Length > 0), $"seed {seed}");

    /// <summary>Puts a value of a kind that fits nowhere at a random place.</summary>
    private static string Spoil(JsonNode root, SpecGenerator generator)
    {
        var node = root;
        var path = "";
        while (true)
        {
            var fields = node.AsObject().Where(e => e.Key is not ("sidecars" or "initContainers" or "canary")).Select(e => e.Key).ToList();
            var name = fields.Count == 0 ? "more" : fields[generator.Below(fields.Count)];
            path = path.Length == 0 ? name : $"{path}.{name}";
            if (node[name] is JsonObject { Count: > 0 } inner && generator.Below(3) > 0)
            {
                node = inner;
                continue;
            }
            // No field takes a list of lists, nor an object with such a name.
            node[name] = new JsonArray(new JsonArray(1), new JsonArray());
            return path;
        }
    }

    private static byte[] Break(string text, SpecGenerator generator)
    {
        var bytes = Encoding.UTF8.GetBytes(text).ToList();
        for (var i = generator.Below(6); i >= 0; i--)
        {
            var at = generator.Below(bytes.Count);
            switch (generator.Below(5))
            {
                case 0:
                    bytes[at] = (byte)generator.Below(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(generator.Below(20), bytes.Count - at - 1));
                    break;
                case 2:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(generator.Text()));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.Slice(0, Math.Min(bytes.Count, generator.Below(200))));
                    break;
                default:
                    bytes[at] = (byte)"{}[]\",:#&*!|>'%@`-?\n\t 0"[generator.Below(23)];
                    break;
            }
        }
        return [.. bytes];
    }

    private static IEnumerable<AppSpec> Variants(AppSpec old, AppSpec other) =>
    [
        old,
        old with { Image = other.Image },
        old with { Pull = other.Pull, Kind = other.Kind, Placement = other.Placement, Update = other.Update },
        old with { Command = other.Command, WorkingDir = other.WorkingDir },
        old with { Env = other.Env },
        old with { Network = other.Network },
        old with { Ports = other.Ports },
        old with { Volumes = other.Volumes },
        old with { Resources = other.Resources },
        old with { Health = other.Health },
        old with { Restart = other.Restart },
        old with { Stop = other.Stop, Labels = other.Labels },
        other,
    ];
}
