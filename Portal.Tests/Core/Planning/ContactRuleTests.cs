using Portal.Core.Planning;

namespace Portal.Tests.Core.Planning;

public sealed class ContactRuleTests
{
    private static readonly ContactRule s_rule = new(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(5));
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(15);

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private static ContactRecord Silent(ContactRecord record, double from, double until)
    {
        for (var at = from; at < until; at += 3.5)
        {
            record = s_rule.Failed(record, At(at), At(at + 3), "silent");
        }
        return record;
    }

    [Fact]
    public void Silence_for_the_whole_grace_is_a_loss()
    {
        var record = Silent(ContactRule.Succeeded(At(100)), 101, 116);

        Assert.False(s_rule.IsLost(record, At(115.9), s_grace));
        Assert.True(s_rule.IsLost(record, At(116), s_grace));
    }

    [Fact]
    public void One_slow_answer_is_none()
    {
        var record = s_rule.Failed(ContactRule.Succeeded(At(100)), At(101), At(104), "slow");

        Assert.False(s_rule.IsLost(record, At(117), s_grace));
        Assert.Null(ContactRule.Succeeded(At(105)).FailingSince);
    }

    [Fact]
    public void A_contact_that_took_far_too_long_was_a_pause_of_our_own()
    {
        var record = s_rule.Failed(ContactRule.Succeeded(At(100)), At(101), At(161), "silent");

        Assert.Null(record.FailingSince);
        Assert.False(s_rule.IsLost(record, At(161), s_grace));
    }

    [Fact]
    public void A_pause_between_contacts_starts_the_count_anew()
    {
        var record = s_rule.Failed(Silent(ContactRule.Succeeded(At(100)), 101, 108), At(168), At(171), "silent");

        Assert.Null(record.FailingSince);
        Assert.False(s_rule.IsLost(Silent(record, 172, 180), At(181), s_grace));
        Assert.True(s_rule.IsLost(Silent(record, 172, 187), At(187), s_grace));
    }

    [Fact]
    public void Nothing_is_lost_while_nobody_looks()
    {
        var record = Silent(ContactRule.Succeeded(At(100)), 101, 110);

        Assert.False(s_rule.IsLost(record, At(170), s_grace));
    }

    [Theory]
    [InlineData("-", false)]
    [InlineData("0", false)]
    [InlineData("- -", false)]
    [InlineData("0 -", false)]
    [InlineData("0 1", true)]
    [InlineData("0 500", true)]
    [InlineData("0 - -", false)]
    [InlineData("0 1 -", true)]
    [InlineData("0 61 -", false)]
    [InlineData("0 61 200", true)]
    [InlineData("0 1 - -", false)]
    [InlineData("0 30 59 - -", true)]
    public void Who_loses_most_of_its_hosts_at_once_suspects_itself(string failing, bool suspects)
    {
        var hosts = failing.Split(' ').Select(f => new Watched(f == "-" ? null : At(double.Parse(f, System.Globalization.CultureInfo.InvariantCulture)))).ToList();

        Assert.Equal(suspects, SelfSuspicion.Of(hosts) is not null);
    }
}
