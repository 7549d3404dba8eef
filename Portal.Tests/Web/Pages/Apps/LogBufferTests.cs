using Portal.Components.Pages.Apps.Detail;
using Portal.Core.Domain;
using Portal.Core.State.Services;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Pages.Apps;

public sealed class LogBufferTests
{
    [Theory]
    [InlineData("plain\ttext", "plain\ttext")]
    [InlineData("\u001b[31mred\u001b[0m", "red")]
    [InlineData("\u001b]0;title\u0007after", "after")]
    [InlineData("\u001b]0;title\u001b\\after", "after")]
    [InlineData("bell\a, back\b, \u001b[2Jclear", "bell, back, clear")]
    [InlineData("cut \u001b[31", "cut ")]
    [InlineData("end\u001b", "end")]
    public void Control_characters_are_not_obeyed(string text, string shown) => Assert.Equal(shown, LogBuffer.Clean(text));

    [Fact]
    public void It_keeps_the_last_lines_only()
    {
        var buffer = new LogBuffer(capacity: 3);
        for (var i = 1; i <= 5; i++)
        {
            buffer.Add(new InstanceLogLine(new InstanceId(Guid.Empty), 1, "a", Given.Now, false, $"{i}"));
        }
        Assert.Equal(["3", "4", "5"], buffer.Lines.Select(l => l.Text));
        Assert.Equal(2, buffer.Dropped);
    }
}
