using System.Text.RegularExpressions;
using Portal.Core.Domain.Specs;

namespace Portal.Tests.Core.Domain.Specs;

public sealed partial class ReadmeTests
{
    [Fact]
    public void The_specs_in_the_README_are_accepted()
    {
        var specs = Block().Matches(File.ReadAllText(Repository.PathTo("README.md"))).Select(m => m.Groups[1].Value).Where(b => b.StartsWith("image:", StringComparison.Ordinal)).ToList();
        Assert.True(specs.Count >= 2, "The README shows specs no more.");
        Assert.All(specs, spec => Assert.Empty(SpecCodec.ReadYaml(spec).Faults));
    }

    [GeneratedRegex(@"(?:^```yaml\n|<<'END'\n)(.*?)^(?:```|END)$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
