using System.Text;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;

namespace Portal.Tests.Core.Domain.Specs;

public sealed class SpecYamlTests
{
    private static AppSpec Read(string yaml) => SpecCodec.ReadYaml(yaml).OrRefuse().Spec;

    [Fact]
    public void ReadsTheSameAsJson()
    {
        var (spec, replicas) = SpecCodec.ReadYaml("""
            # an app
            image: nginx:1.27
            replicas: 0x2
            env: { KEY: value }
            ports:
              - name: http
                containerPort: 80
                hostPort: ~
            volumes: [ { name: data, path: /data } ]
            resources:
              reservations: { cpus: .1, memory: 64M }
              limits: { cpus: 1, memory: 268435456 }
            health: { port: http }
            placement:
              constraints:
                - host.labels.zone == a
            """).OrRefuse();
        Assert.Equal(2, replicas);
        Assert.Equal(SpecCodec.Canonical(SpecCodec.ReadJson(SpecExamples.Contract).OrRefuse().Spec), SpecCodec.Canonical(spec));
    }

    [Fact]
    public void ReadsJsonAsYaml() =>
        Assert.Equal(SpecCodec.Canonical(SpecCodec.ReadJson(SpecExamples.Contract).OrRefuse().Spec), SpecCodec.Canonical(Read(SpecExamples.Contract)));

    [Theory]
    [InlineData("8080", "8080")]
    [InlineData("007", "007")]
    [InlineData("1.50", "1.50")]
    [InlineData("0x1F", "0x1F")]
    [InlineData("1e3", "1e3")]
    [InlineData("true", "true")]
    [InlineData("False", "False")]
    [InlineData("yes", "yes")]
    [InlineData("\"8080\"", "8080")]
    [InlineData("'true'", "true")]
    [InlineData("\"\"", "")]
    [InlineData("\"null\"", "null")]
    [InlineData("!!str 12", "12")]
    [InlineData("! 12", "12")]
    [InlineData("a: b", null)]
    [InlineData("|\n    two\n    lines\n", "two\nlines\n")]
    [InlineData("\"\\u00e4\\U0001F600\"", "ä😀")]
    public void TakesScalarsAsTheyAreWritten(string scalar, string? value)
    {
        var reading = SpecCodec.ReadYaml($"image: a\nenv:\n  K: {scalar}\n");
        Assert.Equal(value, reading.Request?.Spec.Env["K"]);
        Assert.Equal(value is null, reading.Faults.Length == 1);
    }

    [Fact]
    public void TakesPlainNumbersAsArguments() => Assert.Equal(["sleep", "30", "1.0"], Read("image: a\ncommand: [sleep, 30, 1.0]").Command!.Value);

    [Fact]
    public void SharesAnchorsAndMerges()
    {
        var spec = Read("""
            image: a
            env: &shared { A: 1, B: 2 }
            labels:
              <<: [ *shared, { B: 3, C: 4 } ]
              A: own
            """);
        Assert.Equal(["A=own", "B=2", "C=4"], spec.Labels.Select(l => $"{l.Key}={l.Value}"));
    }

    [Theory]
    [InlineData("", "", "is empty")]
    [InlineData("# nothing\n", "", "is empty")]
    [InlineData("~", "", "must be an object, not null")]
    [InlineData("- a", "", "must be an object, not a list")]
    [InlineData("image: a\n---\nimage: b", "", "one YAML document")]
    [InlineData("image: a\nimage: b", "image", "is given twice")]
    [InlineData("image: a\nreplicas: \"3\"", "replicas", "not text")]
    [InlineData("image: a\nreplicas: 1.5", "replicas", "whole number")]
    [InlineData("image: a\nresources: { limits: { cpus: .inf } }", "resources.limits.cpus", "from 0.01")]
    [InlineData("image: a\nresources: { limits: { cpus: .nan } }", "resources.limits.cpus", "from 0.01")]
    [InlineData("image: a\nports: [ { name: a, containerPort: 80, public: yes } ]", "ports[0].public", "not text")]
    [InlineData("image: a\nenv: { K: }", "env.K", "not null")]
    [InlineData("image: a\nenv: { K: \"\\0\" }", "env.K", "NUL")]
    [InlineData("image: a\nuser: !!binary aGk=", "user", "tag")]
    [InlineData("image: a\nuser: !ruby/object x", "user", "tag")]
    [InlineData("image: a\nuser: *who", "user", "not there yet")]
    [InlineData("image: a\nlabels: { ? [ x ] : y }", "labels", "as the name of a field")]
    [InlineData("image: a\nlabels: { <<: x }", "labels.<<", "must merge an object")]
    [InlineData("image: [a", "", "is not YAML")]
    [InlineData("image: a\n\tcommand: b", "", "is not YAML")]
    [InlineData("image: a\ncolour: red", "colour", "unknown field")]
    public void RefusesOtherYaml(string yaml, string path, string part)
    {
        var fault = Assert.Single(SpecCodec.ReadYaml(yaml).Faults);
        Assert.Equal(path, fault.Path);
        Assert.Contains(part, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BoundsExpansion()
    {
        var laughs = new StringBuilder("image: a\nx0: &x0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
        for (var i = 1; i < 12; i++)
        {
            laughs.Append($"x{i}: &x{i} [{string.Join(", ", Enumerable.Repeat($"*x{i - 1}", 9))}]\n");
        }
        Assert.Contains(SpecCodec.ReadYaml(laughs.ToString()).Faults, f => f.Message.Contains("more than", StringComparison.Ordinal));

        var merges = new StringBuilder("image: a\nenv: &x0 { " + string.Join(", ", Enumerable.Range(0, 500).Select(i => $"K{i}: v")) + " }\n");
        for (var i = 1; i < 200; i++)
        {
            merges.Append($"x{i}: &x{i} {{ <<: [ *x{i - 1}, *x{i - 1} ] }}\n");
        }
        Assert.Contains(SpecCodec.ReadYaml(merges.ToString()).Faults, f => f.Message.Contains("more than", StringComparison.Ordinal));
    }

    [Fact]
    public void BoundsDepthAndSize()
    {
        Assert.Contains("deeper", Assert.Single(SpecCodec.ReadYaml(new string('[', 50_000)).Faults).Message, StringComparison.Ordinal);
        Assert.Contains("1 MiB", Assert.Single(SpecCodec.ReadYaml(new string('a', 2 << 20)).Faults).Message, StringComparison.Ordinal);
        Assert.NotEmpty(SpecCodec.ReadYaml("&a [ *a ]").Faults);
    }

    [Fact]
    public void RefusesBytesThatAreNoUtf8() => Assert.Equal("must be UTF-8", Assert.Single(SpecCodec.ReadYaml(new byte[] { 0x61, 0xFF }).Faults).Message);
}
