using Portal.Components.Pages.Usage;
using Portal.Core.State.Metrics;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Pages.Usage;

public sealed class TimeChoiceTests
{
    public static TheoryData<string> Addresses => ["", "range=1h", "range=7d", "from=2026-03-01T11:00:00Z&to=2026-03-01T12:00:00Z"];

    [Theory]
    [MemberData(nameof(Addresses))]
    public void What_the_address_says_is_what_it_says_again(string address)
    {
        var choice = TimeChoice.Read(QueryText.Read(address));
        Assert.Equal(address.Split('&', StringSplitOptions.RemoveEmptyEntries).Order(), choice.Write().Where(v => v.Value is not null).Select(v => $"{v.Name}={v.Value}").Order());
        Assert.Equal(choice, TimeChoice.Read(name => choice.Write().First(v => v.Name == name).Value));
    }

    [Theory]
    [InlineData("range=3y")]
    [InlineData("from=2026-03-01T12:00:00Z&to=2026-03-01T11:00:00Z")]
    [InlineData("from=nonsense&to=2026-03-01T11:00:00Z")]
    public void What_makes_no_sense_is_the_usual_time(string address) => Assert.Equal(new TimeChoice(), TimeChoice.Read(QueryText.Read(address)));

    [Fact]
    public void A_length_moves_on_and_moments_stay()
    {
        var live = new TimeChoice();
        Assert.Equal((Given.Now.AddMinutes(-15), Given.Now), (live.At(Given.Now).From, live.At(Given.Now).To));
        var still = TimeChoice.Of(Given.Now.AddHours(-2), Given.Now.AddHours(-1));
        Assert.Equal(still.At(Given.Now), still.At(Given.Now.AddDays(1)));
        Assert.False(still.IsLive);
    }

    [Fact]
    public void Wider_is_twice_as_long_and_never_in_the_future()
    {
        var wider = TimeChoice.Of(Given.Now.AddHours(-2), Given.Now.AddHours(-1)).Wider(Given.Now).Fixed!;
        Assert.Equal((Given.Now.AddHours(-2.5), Given.Now.AddHours(-0.5)), (wider.From, wider.To));
        Assert.Equal(Given.Now, TimeChoice.Of(Given.Now.AddHours(-1), Given.Now).Wider(Given.Now).Fixed!.To);
    }

    [Fact]
    public void A_click_without_a_drag_is_still_a_time()
    {
        var range = TimeChoice.Of(Given.Now, Given.Now).Fixed!;
        Assert.True(range.To > range.From);
    }

    [Fact]
    public void Sparklines_sum_instances_by_time_and_leave_out_what_is_older()
    {
        var recent = Enumerable.Range(0, 300).Select(i => new InstanceUsage { At = Given.Now.AddSeconds(-2 * i), App = default, Host = default, Cpu = 0.5 }).Reverse();
        var bins = SparkBins.Sum([[.. recent], [.. recent]], u => u.Cpu, Given.Now);
        Assert.Equal(SparkBins.Count, bins.Length);
        Assert.All(bins, b => Assert.Equal(1, b, 6));
        Assert.Empty(SparkBins.Sum([[]], u => u.Cpu, Given.Now));
    }
}
