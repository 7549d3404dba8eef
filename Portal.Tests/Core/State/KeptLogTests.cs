using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.State.Writers;

namespace Portal.Tests.Core.State;

public sealed class KeptLogTests
{
    [Fact]
    public void Lines_come_back_as_they_were()
    {
        var at = new DateTimeOffset(2026, 1, 1, 13, 0, 0, TimeSpan.FromHours(1)).AddTicks(1);
        LogLine[] lines = [new(at, false, ""), new(at.AddTicks(1), true, "tab\tnul\0 ☃ \u001b[31m"), new(at.AddDays(1), false, new string('x', 300_000))];

        var log = KeptLog.Of("c", InstanceId.Of(new AppId(Guid.NewGuid()), 1, 1), "main", lines, isWhole: true);

        Assert.Equal((3, lines[0].At, lines[2].At), (log.Lines, log.FirstAt, log.LastAt));
        Assert.Equal(lines, log.Read());
        Assert.True(log.Text.Length < 10_000);
    }
}
