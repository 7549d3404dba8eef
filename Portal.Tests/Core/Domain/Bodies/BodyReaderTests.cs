using System.Collections.Immutable;
using System.Text;
using Portal.Core.Domain;
using Portal.Core.Domain.Bodies;

namespace Portal.Tests.Core.Domain.Bodies;

public sealed class BodyReaderTests
{
    private sealed record Body(string Name, string? Role, int? Count, bool? Flag, TimeSpan? Wait, long? Memory, TeamRole? Choice,
        ImmutableSortedDictionary<string, string> Labels, ImmutableArray<string>? Words, string? Ca, int Items);

    private static Body Read(string json) => BodyReader.Read(Encoding.UTF8.GetBytes(json), b =>
    {
        var tls = b.Object("tls");
        var ca = tls.RequireText("ca");
        return new Body(b.Text("name", NameRules.CheckDnsLabel, required: true) ?? "", b.Text("role"), b.Whole("count", 0, 10), b.Boolean("flag"),
            b.Duration("wait", TimeSpan.Zero, TimeSpan.FromHours(1)), b.Memory("memory"), b.Choice<TeamRole>("choice"),
            b.TextMap("labels", NameRules.CheckLabelKey), b.TextList("words"), ca, b.Objects("items").Sum(i => i.RequireWhole("n", 1, 9)));
    });

    private static ImmutableArray<Fault> FaultsOf(string json)
    {
        var refusal = Assert.Throws<RefusedException>(() => Read(json));
        Assert.Equal(RefusalKind.Invalid, refusal.Kind);
        return refusal.Faults;
    }

    [Fact]
    public void ReadsEveryKind()
    {
        var body = Read("""
            {"name":"a-1","role":"x","count":10,"flag":true,"wait":"5m","memory":"1G","choice":"teamAdmin","labels":{"zone":"a"},
             "words":["a","b"],"tls":{"ca":"pem"},"items":[{"n":1},{"n":2}]}
            """);
        Assert.Equal(("a-1", "x", 10, true, TimeSpan.FromMinutes(5), 1L << 30), (body.Name, body.Role, body.Count, body.Flag, body.Wait, body.Memory));
        Assert.Equal((TeamRole.TeamAdmin, "a", "a b", "pem", 3), (body.Choice, body.Labels["zone"], string.Join(' ', body.Words!.Value), body.Ca, body.Items));
    }

    [Fact]
    public void TreatsNullAsAbsent()
    {
        var body = Read("""{"name":"a","role":null,"count":null,"tls":null,"labels":null,"words":null,"items":null}""");
        Assert.Null(body.Role);
        Assert.Null(body.Words);
        Assert.Empty(body.Labels);
    }

    [Fact]
    public void TellsEveryFaultOnceWithItsPath() => Assert.Equal(
        [
            "tls.ca: is required",
            "name: " + NameRules.DnsLabelRule,
            "role: must be text, not a number",
            "count: must be a whole number from 0 to 10",
            "flag: must be true or false, not text",
            "wait: must be from 0s to 1h",
            "memory: " + MemoryText.Rule,
            "choice: must be viewer, deployer or teamAdmin",
            "labels.-x: has a name that must be 1 to 253 of letters, digits and . _ - /, beginning and ending with a letter or digit",
            "labels.y: must be text, not null",
            "words[1]: must be text, not a number",
            "items[0]: must be an object, not null",
            "items[1].n: must be a whole number, not text",
            "Name: unknown field; name is known",
            "colour: unknown field",
            "tls.caa: unknown field; ca is known",
            "items[1].m: unknown field; n is known",
        ],
        FaultsOf("""
            {"name":"-a","role":1,"count":11,"flag":"true","wait":"2h","memory":"1X","choice":"TeamAdmin","labels":{"-x":"a","y":null},
             "words":["a",1],"tls":{"caa":"pem"},"items":[null,{"n":"1","m":2}],"Name":1,"colour":2}
            """).Select(f => $"{f.Path}: {f.Message}"));

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("  \n", "is empty")]
    [InlineData("[]", "must be an object, not a list")]
    [InlineData("null", "must be an object, not null")]
    [InlineData("\"a\"", "must be an object, not text")]
    [InlineData("{", "is not JSON")]
    [InlineData("{\"name\":\"a\"} x", "is not JSON")]
    [InlineData("{\"name\":\"a\",}", "is not JSON")]
    [InlineData("{\"name\":\"a\" // no comments\n}", "is not JSON")]
    [InlineData("{\"name\":NaN}", "is not JSON")]
    public void RefusesWhatIsNoObject(string json, string part)
    {
        var fault = Assert.Single(FaultsOf(json));
        Assert.Equal("", fault.Path);
        Assert.Contains(part, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"name":"a","name":"b"}""", "name", "is given twice")]
    [InlineData("""{"name":"a","role":"\u0000"}""", "role", "must not contain the NUL character")]
    [InlineData("""{"name":"a","role":"\ud800"}""", "role", "must be valid Unicode")]
    [InlineData("""{"name":"a","labels":{"\u0000":"x"}}""", "labels", "has a field whose name must not contain the NUL character")]
    [InlineData("""{"name":"a","labels":{"\udc00":"x"}}""", "labels", "has a field whose name must be valid Unicode")]
    [InlineData("""{"name":"a","count":1e400}""", "count", "must be a whole number from 0 to 10")]
    [InlineData("""{"name":"a","count":1.5}""", "count", "must be a whole number from 0 to 10")]
    [InlineData("""{"name":"a","count":99999999999999999999999}""", "count", "must be a whole number from 0 to 10")]
    [InlineData("""{"name":"a","memory":-1}""", "memory", MemoryText.Rule)]
    [InlineData("""{"name":"a","memory":1.5}""", "memory", MemoryText.Rule)]
    [InlineData("""{"name":"a","wait":10}""", "wait", DurationText.Rule)]
    public void RefusesOneThing(string json, string path, string message) => Assert.Equal([new Fault(path, message)], FaultsOf(json));

    [Fact]
    public void RefusesBytesThatAreNoText()
    {
        byte[] json = [.. "{\"name\":\"a\",\"role\":\""u8, 0xFF, .. "\"}"u8];
        var refusal = Assert.Throws<RefusedException>(() => BodyReader.Read(json, b => (b.Text("name"), b.Text("role"))));
        Assert.Equal([new Fault("role", "must be valid Unicode")], refusal.Faults);
    }

    [Fact]
    public void BoundsDepthSizeAndCount()
    {
        Assert.Contains("deeper", Assert.Single(FaultsOf(new string('[', 100_000))).Message, StringComparison.Ordinal);
        Assert.Contains("1 MiB", Assert.Single(FaultsOf($$"""{"name":"{{new string('a', 1 << 20)}}"}""")).Message, StringComparison.Ordinal);
        Assert.Contains("more than", Assert.Single(FaultsOf($$"""{"name":[{{string.Join(',', Enumerable.Repeat('1', 50_000))}}]}""")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BoundsWhatItTells()
    {
        var faults = FaultsOf("{" + string.Join(',', Enumerable.Range(0, 1000).Select(i => $"\"f{i}\":1")) + "}");
        Assert.Equal(FaultCollector.MaxTold + 1, faults.Length);
        Assert.Contains("501 further faults", faults[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TakesNoBodyAsAnEmptyObjectWhereAllowed() =>
        Assert.Null(BodyReader.Read(ReadOnlyMemory<byte>.Empty, b => b.Text("image"), allowEmpty: true));
}
