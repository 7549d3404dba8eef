using Portal.Core.Domain;

namespace Portal.Tests.Core.Domain;

public sealed class ConstraintTests
{
    private static readonly Dictionary<string, string> Labels = new() { ["zone"] = "b", ["rack/row"] = "r 1", ["empty"] = "" };

    [Theory]
    [InlineData("host.labels.zone == b", true, "has zone=b")]
    [InlineData("host.labels.zone == a", false, "has zone=b, wanted a")]
    [InlineData("host.labels.zone==a", false, "has zone=b, wanted a")]
    [InlineData("host.labels.zone != a", true, "has zone=b")]
    [InlineData("host.labels.zone!='b'", false, "has zone=b, wanted any but b")]
    [InlineData("host.labels.zone in [a, b]", true, "has zone=b")]
    [InlineData("host.labels.zone in (a, c)", false, "has zone=b, wanted a or c")]
    [InlineData("host.labels.zone in[\"a\",'c']", false, "has zone=b, wanted a or c")]
    [InlineData("host.labels.absent == a", false, "has no label absent, wanted a")]
    [InlineData("host.labels.absent != a", true, "has no label absent")]
    [InlineData("host.labels.rack/row == \"r 1\"", true, "has rack/row=r 1")]
    [InlineData("host.labels.empty == \"\"", true, "has empty=\"\"")]
    [InlineData("host.name == h1", true, "has name=h1")]
    [InlineData("host.name in [h2, h3]", false, "has name=h1, wanted h2 or h3")]
    [InlineData("host.arch == x86_64", true, "has arch=amd64")]
    [InlineData("host.architecture != amd64", false, "has arch=amd64, wanted any but amd64")]
    [InlineData("  host.os == Linux  ", true, "has os=linux")]
    public void Evaluates(string text, bool holds, string sentence)
    {
        Assert.True(Constraint.TryParse(text, out var constraint, out var message), message);
        Assert.Equal(new ConstraintVerdict(holds, sentence), constraint.Evaluate("h1", "amd64", "linux", Labels));
        Assert.True(Constraint.TryParse(constraint.ToString(), out var again, out _));
        Assert.Equal(constraint.ToString(), again.ToString());
    }

    [Theory]
    [InlineData("", "must begin with")]
    [InlineData("node.labels.zone == a", "must begin with")]
    [InlineData("host.labels. == a", "name of a label")]
    [InlineData("host.labels == a", "must begin with")]
    [InlineData("host.name", "needs ==")]
    [InlineData("host.name = a", "wanted ==")]
    [InlineData("host.name == ", "needs a value")]
    [InlineData("host.name == a b", "after its end")]
    [InlineData("host.name == a && host.os == linux", "more than one condition")]
    [InlineData("host.name == \"a", "quote")]
    [InlineData("host.name in a", "needs a list")]
    [InlineData("host.name in []", "needs a value")]
    [InlineData("host.name in [a,]", "needs a value")]
    [InlineData("host.name in [a", "needs a ]")]
    [InlineData("host.name in [a)", "needs a ]")]
    [InlineData("host.name > a", "needs ==")]
    [InlineData("host.name include a", "needs ==")]
    [InlineData("host.ip == a", "must begin with")]
    public void RefusesInWords(string text, string part)
    {
        Assert.False(Constraint.TryParse(text, out _, out var message));
        Assert.Contains(part, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("host.labels.zone", "zone")]
    [InlineData("host.labels.a.b/c", "a.b/c")]
    [InlineData("host.name", null)]
    [InlineData("zone", null)]
    [InlineData("host.labels.", null)]
    [InlineData("host.labels.a b", null)]
    public void ReadsSpreadPaths(string text, string? label)
    {
        Assert.Equal(label is not null, SpreadPath.TryParse(text, out var path, out var message));
        Assert.Equal(label, path?.Label);
        Assert.Equal(label is null, message is not null);
    }
}
