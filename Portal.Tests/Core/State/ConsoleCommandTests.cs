using Portal.Core.Domain;
using Portal.Core.State.Services;

namespace Portal.Tests.Core.State;

public sealed class ConsoleCommandTests
{
    [Theory]
    [InlineData(null, "/bin/sh")]
    [InlineData("  ", "/bin/sh")]
    [InlineData("vi /etc/hosts", "vi|/etc/hosts")]
    [InlineData("sh -c 'echo \"a b\" $X'", "sh|-c|echo \"a b\" $X")]
    [InlineData("a\"b c\"d ''", "ab cd|")]
    public void Words_are_parted_as_people_part_them(string? typed, string expected) => Assert.Equal(expected, string.Join('|', ConsoleCommand.Parse(typed)));

    [Fact]
    public void A_quote_that_does_not_end_is_a_fault() => Assert.Equal(RefusalKind.Invalid, Assert.Throws<RefusedException>(() => ConsoleCommand.Parse("sh -c 'x")).Kind);
}
