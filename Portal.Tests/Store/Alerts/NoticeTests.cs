using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Portal.Core.Alerts;
using Portal.Core.Domain;
using Portal.Core.State.Alerts;
using Portal.Core.State.Leases;
using Portal.Core.State.Services;
using Portal.Tests.Store.Embedded;
using static Portal.Tests.Store.Services.ServiceStage;

namespace Portal.Tests.Store.Alerts;

/// <summary>Each notice is told once: whichever process evaluates, and wherever one of them dies.</summary>
public sealed class NoticeTests(StoreFixture fixture)
{
    private static readonly TimeSpan s_quiet = AlertEvaluator.Quiet + TimeSpan.FromSeconds(1);

    [Fact]
    public async Task What_fires_is_told_once_with_its_reason_and_that_it_is_over_too()
    {
        await using var stage = await AlertStage.CreateAsync(fixture);
        await stage.Alerts.PutSettingsAsync(Admin, new AlertSettings("", 587, Portal.Core.State.Model.SmtpSecurity.None, "", false, "", [], "https://portal.example.org/"), null, default);
        var lease = await stage.First.LeadAsync();
        foreach (var status in (AppStatus[])[AppStatus.Degraded, AppStatus.Degraded, AppStatus.Running, AppStatus.Running])
        {
            await stage.First.EvaluateAsync(lease, stage.Scene(status));
            await stage.First.Outbox.SendDueAsync(lease, default);
            stage.Clock.Ahead += s_quiet;
        }

        Assert.Equal(["[firing] degraded: default/web", "[resolved] degraded: default/web"], stage.Sender.Sent.Select(s => s.Message.Title));
        var told = JsonDocument.Parse(stage.Sender.Sent[0].Message.Json).RootElement;
        Assert.Equal(("default/web is Degraded: 1 of 2 is ready", "https://portal.example.org/apps/default/web"), (told.GetProperty("reason").GetString(), told.GetProperty("link").GetString()));
        Assert.Equal(stage.Sender.Sent[0].Message.Id, told.GetProperty("id").GetGuid());
        var notices = await stage.NoticesAsync();
        Assert.All(notices, n => Assert.Equal((1, true, "204 No Content", true), (n.Tries, n.SentAt is not null, n.Answer, n.NextTryAt is null)));
        var events = await stage.Services.History.ListEventsAsync(Admin, new() { Kind = "Alert*" }, default);
        Assert.Equal(["AlertFired", "AlertResolved"], events.OrderBy(e => e.Id).Select(e => e.Kind));
    }

    [Fact]
    public async Task One_whose_term_is_over_writes_and_sends_nothing_and_its_successor_tells_nothing_twice()
    {
        await using var stage = await AlertStage.CreateAsync(fixture);
        var (old, next) = (stage.First, stage.Process());
        var oldLease = await old.LeadAsync();
        await old.EvaluateAsync(oldLease, stage.Scene(AppStatus.Degraded));
        // It stalls here: the notice is written, nothing is sent.
        await oldLease.ReleaseAsync(default);
        var lease = await next.LeadAsync();
        await next.EvaluateAsync(lease, stage.Scene(AppStatus.Degraded));
        Assert.Equal(1, await next.Outbox.SendDueAsync(lease, default));

        await Assert.ThrowsAsync<TermLostException>(() => old.EvaluateAsync(oldLease, stage.Scene(AppStatus.Degraded, "other")));
        stage.Clock.Ahead += s_quiet;
        await next.EvaluateAsync(lease, stage.Scene(AppStatus.Running));
        stage.Clock.Ahead += s_quiet;
        await next.EvaluateAsync(lease, stage.Scene(AppStatus.Running));
        await Assert.ThrowsAsync<TermLostException>(() => old.Outbox.SendDueAsync(oldLease, default));
        Assert.Equal(1, await next.Outbox.SendDueAsync(lease, default));
        Assert.Equal(["[firing] degraded: default/web", "[resolved] degraded: default/web"], stage.Sender.Sent.Select(s => s.Message.Title));
    }

    [Fact]
    public async Task One_that_dies_while_it_sends_is_followed_by_one_that_tries_again_later_under_the_same_id()
    {
        await using var stage = await AlertStage.CreateAsync(fixture);
        var lease = await stage.First.LeadAsync();
        await stage.First.EvaluateAsync(lease, stage.Scene(AppStatus.Degraded));
        using var killed = new CancellationTokenSource();
        stage.Sender.Instead = async ending =>
        {
            await killed.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ending);
            return new NoticeAnswer(true, "");
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stage.First.Outbox.SendDueAsync(lease, killed.Token));
        stage.Sender.Instead = null;
        await lease.ReleaseAsync(default);

        var next = stage.Process();
        var nextLease = await next.LeadAsync();
        Assert.Equal(0, await next.Outbox.SendDueAsync(nextLease, default));
        stage.Clock.Ahead = TimeSpan.FromSeconds(31);
        Assert.Equal(1, await next.Outbox.SendDueAsync(nextLease, default));
        Assert.Equal(0, await next.Outbox.SendDueAsync(nextLease, default));
        Assert.Equal(2, stage.Sender.Sent.Length);
        Assert.Single(stage.Sender.Sent.Select(s => s.Message.Id).Distinct());
        Assert.Equal(2, Assert.Single(await stage.NoticesAsync()).Tries);
    }

    [Fact]
    public async Task A_target_that_refuses_is_tried_ever_more_seldom_and_given_up_and_its_recovery_waits()
    {
        await using var stage = await AlertStage.CreateAsync(fixture);
        var lease = await stage.First.LeadAsync();
        await stage.First.EvaluateAsync(lease, stage.Scene(AppStatus.Degraded));
        stage.Sender.Answer = new NoticeAnswer(false, "500 Oops: " + new string('x', 900));
        var pauses = new List<double>();
        for (var n = 0; n < 20; n++)
        {
            Assert.Equal(1, await stage.First.Outbox.SendDueAsync(lease, default));
            var notice = Assert.Single(await stage.NoticesAsync(), v => !v.IsOver);
            Assert.Equal((n + 1, null, 500), (notice.Tries, notice.SentAt, notice.Answer.Length));
            pauses.Add(notice.NextTryAt is { } at ? Math.Round((at - stage.Clock.GetUtcNow()).TotalMinutes * 2) / 2 : 0);
            if (n == 0)
            {
                // It is over before anybody was told that it fires.
                stage.Clock.Ahead += s_quiet;
                await stage.First.EvaluateAsync(lease, stage.Scene(AppStatus.Running));
                stage.Clock.Ahead += s_quiet;
                await stage.First.EvaluateAsync(lease, stage.Scene(AppStatus.Running));
            }
            stage.Clock.Ahead += TimeSpan.FromMinutes(61);
        }
        Assert.Equal([0.5, 1, 2, 4, 8, 16, 32, 60, 60], pauses.Take(9));
        Assert.Equal(0, pauses[^1]);
        Assert.All(stage.Sender.Sent, s => Assert.StartsWith("[firing]", s.Message.Title, StringComparison.Ordinal));

        stage.Sender.Answer = new NoticeAnswer(true, "200 OK");
        Assert.Equal(1, await stage.First.Outbox.SendDueAsync(lease, default));
        Assert.StartsWith("[resolved]", stage.Sender.Sent[^1].Message.Title, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_silenced_is_told_once_the_silence_is_over()
    {
        await using var stage = await AlertStage.CreateAsync(fixture);
        var now = stage.Clock.GetUtcNow();
        await stage.Alerts.AddSilenceAsync(Admin, new AlertScope(AlertStage.Team), new AlertSilence(null, "degraded", "web", null, now.AddMinutes(-1), now.AddHours(1)), "planned", default);
        var lease = await stage.First.LeadAsync();
        await stage.First.EvaluateAsync(lease, stage.Scene(AppStatus.Degraded));
        Assert.Equal((AlertPhase.Firing, false), (await stage.First.Store.ReadAsync(default)).States.Select(s => (s.Phase, s.Notified)).Single());
        Assert.Empty(await stage.NoticesAsync());

        stage.Clock.Ahead = TimeSpan.FromMinutes(61);
        await stage.First.EvaluateAsync(lease, stage.Scene(AppStatus.Degraded));
        Assert.StartsWith("[firing]", Assert.Single(await stage.NoticesAsync()).Title, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Old_notices_and_silences_go_and_what_is_still_to_be_sent_stays()
    {
        await using var stage = await AlertStage.CreateAsync(fixture);
        var now = stage.Clock.GetUtcNow();
        await stage.Alerts.AddSilenceAsync(Admin, new AlertScope(AlertStage.Team), new AlertSilence(null, null, "other", null, now.AddMinutes(-1), now.AddHours(1)), "planned", default);
        var lease = await stage.First.LeadAsync();
        await stage.First.EvaluateAsync(lease, stage.Scene(AppStatus.Degraded));
        await stage.First.Outbox.SendDueAsync(lease, default);
        await stage.First.EvaluateAsync(lease, new AlertScene { Apps = [.. stage.Scene(AppStatus.Degraded).Apps, .. stage.Scene(AppStatus.Degraded, "third").Apps] });
        var retention = stage.Services.Get<IEnumerable<IHostedService>>().OfType<Retention>().Single();

        await retention.RunOnceAsync(default);
        Assert.Equal((2, 1), ((await stage.NoticesAsync()).Length, await stage.Services.CountAsync("SELECT count(*) FROM alert_silences")));
        stage.Clock.Ahead = TimeSpan.FromDays(31);
        await retention.RunOnceAsync(default);
        Assert.Equal("app:default/third", Assert.Single(await stage.NoticesAsync()).Subject);
        Assert.Equal(0, await stage.Services.CountAsync("SELECT count(*) FROM alert_silences"));
    }

    [Fact]
    public async Task Of_two_workers_one_tells_and_the_other_takes_over()
    {
        await using var stage = await AlertStage.CreateAsync(fixture);
        var (first, second) = (stage.Process(), stage.Process());
        stage.Show(AppStatus.Running);
        await first.RunAsync();
        await second.RunAsync();
        stage.Show(AppStatus.Degraded);
        await Eventually.BecomesTrueAsync(() => stage.Sender.Sent.Length == 1, "it is told that it fires");
        await first.DisposeAsync();
        stage.Show(AppStatus.Running);
        await Eventually.HoldsAsync(async () => (await stage.First.Store.ReadAsync(default)).States.Single().QuietSince is not null, "the other has seen that it is quiet");
        stage.Clock.Ahead = s_quiet;
        await Eventually.BecomesTrueAsync(() => stage.Sender.Sent.Length == 2, "it is told that it is over");

        await second.DisposeAsync();
        Assert.Equal(["[firing] degraded: default/web", "[resolved] degraded: default/web"], stage.Sender.Sent.Select(s => s.Message.Title));
        Assert.All(await stage.NoticesAsync(), n => Assert.Equal(1, n.Tries));
    }
}
