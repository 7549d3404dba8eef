using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Rollouts;

namespace Portal.Tests.Core.Rollouts;

public class PreparationTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly HostId[] Hosts = [.. Enumerable.Range(1, 6).Select(n => new HostId(new Guid(n, 0, 0, new byte[8])))];

    [Fact]
    public void Says_on_how_many_hosts_the_image_is()
    {
        var preparation = Of(
            Image(1) with { State = PullState.Ready, At = Now },
            Image(2) with { State = PullState.Pulling, At = Now.AddSeconds(3) },
            Image(3));
        Assert.Equal("web:2 is being pulled before anything is touched; it is there on 1 of 3 hosts", preparation.Words);
        Assert.Equal((false, null, Now.AddSeconds(3)), (preparation.IsDone, preparation.Trouble, preparation.ProgressAt));
    }

    [Fact]
    public void Is_done_once_every_host_that_counts_has_it()
    {
        Assert.True(Of().IsDone);
        Assert.True(Of(Image(1) with { State = PullState.Ready }).IsDone);
        Assert.False(Of(Image(1) with { State = PullState.Ready }, Image(2)).IsDone);
        // Nobody waits for a host that cannot be reached.
        Assert.True(Of(Image(1) with { State = PullState.Ready }, Image(6)).IsDone);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_host_that_cannot_have_it_is_enough(bool isHopeless)
    {
        var preparation = Of(Image(1) with { State = PullState.Ready }, Image(2) with { State = PullState.Failed, Reason = "pull access denied.", IsHopeless = isHopeless });
        Assert.Equal(("host h2: pull access denied", isHopeless), (preparation.Trouble, preparation.IsFinal));
    }

    [Fact]
    public void No_room_is_final_only_once_patience_is_over()
    {
        var survey = new RolloutSurvey("replica 2 fits nowhere: all lack memory", []);
        Assert.Equal((false, false), Both(Preparation.Of(survey, "web:2", _ => "h", isPatient: true)));
        Assert.Equal((false, true), Both(Preparation.Of(survey, "web:2", _ => "h", isPatient: false)));

        static (bool, bool) Both(Preparation p) => (p.IsDone, p.IsFinal);
    }

    private static PulledImage Image(int host) => new() { Host = Hosts[host - 1] };

    private static Preparation Of(params PulledImage[] images) =>
        Preparation.Of(new RolloutSurvey(null, [.. images]), "web:2", id => Array.IndexOf(Hosts, id) is >= 0 and < 5 and var n ? $"h{n + 1}" : null, isPatient: false);
}
