using Bunit;
using Portal.Components.Pages.Apps.Detail;
using Portal.Core.Domain;
using Portal.Core.Jobs;
using Portal.Core.State.Views;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Pages.Apps;

/// <summary>A job's page: its runs, one of them opened, and what can be done with them.</summary>
public sealed class RunsTabTests : PageContext
{
    private static readonly JobSpec Nightly = new() { Schedule = "*/5 * * * *", Completions = 2 };

    private IRenderedComponent<AppPage> Open(string query, AppView app, Actor? actor = null)
    {
        Live.Set(Given.Snapshot([app], [Given.Host("h1")]));
        return Open<AppPage>("/apps/default/report" + query, actor, p => p.Add(x => x.Team, "default").Add(x => x.Name, "report"));
    }

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<AppPage> page, string text) => page.FindAll("button").First(b => b.TextContent.Trim().StartsWith(text, StringComparison.Ordinal));

    [Fact]
    public void Runs_stand_newest_first_with_why_and_how_they_ended()
    {
        Jobs.Runs.Add(new RunDetails(GivenJobs.Run(1, RunStatus.Failed, reason: "instance 2 failed 4 times: exited with code 7"), []));
        var page = Open("?tab=runs", GivenJobs.App("report", Nightly, GivenJobs.Run(3, RunStatus.Running, RunCause.Schedule), GivenJobs.Run(2, RunStatus.Skipped, RunCause.Schedule, "run 1 was still under way")));
        page.WaitForAssertion(() => Assert.Equal(3, page.FindAll("tbody tr").Count));
        var rows = page.FindAll("tbody tr").Select(r => r.TextContent).ToList();
        Assert.Contains("by schedule, for 12:03 UTC", rows[0], StringComparison.Ordinal);
        Assert.Contains("1 of 2", rows[0], StringComparison.Ordinal);
        Assert.Contains("run 1 was still under way", rows[1], StringComparison.Ordinal);
        Assert.Contains("42 s", rows[2], StringComparison.Ordinal);
        Assert.Contains("Next run at 2026-03-01 12:05 UTC.", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_has_no_scale_control_and_other_apps_have_no_runs()
    {
        var page = Open("", GivenJobs.App("report", Nightly));
        Assert.Empty(page.FindAll(".scale-cell, .scale"));
        Assert.DoesNotContain(page.FindAll("button"), b => b.TextContent.Contains("Restart", StringComparison.Ordinal));
        Assert.Contains(page.FindAll("a"), a => a.TextContent.Trim() == "Runs");
        page = Open("", Given.App("report"));
        Assert.DoesNotContain(page.FindAll("a"), a => a.TextContent.Trim() == "Runs");
    }

    [Fact]
    public void Run_now_is_busy_until_the_run_has_begun_and_says_why_it_cannot()
    {
        var job = Nightly with { Overlap = RunOverlap.Allow };
        var page = Open("?tab=runs", GivenJobs.App("report", job));
        Button(page, "Run now").Click();
        page.WaitForAssertion(() => Assert.Equal("true", Button(page, "Run now").GetAttribute("aria-busy")));
        Assert.Equal(["run default/report"], Jobs.Calls);
        Live.Set(Given.Snapshot([GivenJobs.App("report", job, GivenJobs.Run(1, RunStatus.Running))]));
        page.WaitForAssertion(() => Assert.Null(Button(page, "Run now").GetAttribute("aria-busy")));
        Live.Set(Given.Snapshot([GivenJobs.App("report", Nightly, GivenJobs.Run(1, RunStatus.Running))]));
        page.WaitForAssertion(() => Assert.Equal("Run 1 is under way, and its runs do not overlap.", Button(page, "Run now").GetAttribute("title")));
    }

    [Fact]
    public void A_cancellation_asks_first()
    {
        Jobs.Runs.Add(new RunDetails(GivenJobs.Run(1, RunStatus.Running), []));
        var page = Open("?tab=runs", GivenJobs.App("report", Nightly, GivenJobs.Run(1, RunStatus.Running)));
        Button(page, "Cancel…").Click();
        page.WaitForElement("dialog");
        Assert.Empty(Jobs.Calls);
        page.Find("#confirm-form").Submit();
        page.WaitForAssertion(() => Assert.Equal(["cancel 1 default/report"], Jobs.Calls));
    }

    [Fact]
    public void A_run_opens_its_attempts_with_their_exit_codes_and_the_log_of_the_one_that_failed()
    {
        var app = GivenJobs.App("report", Nightly, GivenJobs.Run(3, RunStatus.Succeeded));
        Jobs.Runs.Add(new RunDetails(GivenJobs.Run(3, RunStatus.Succeeded), [
            new RunInstance(1, GivenJobs.Ended(app, 3, 1, 0)), new RunInstance(1, GivenJobs.Ended(app, 3, 2, 7)), new RunInstance(2, GivenJobs.Ended(app, 3, 2, 0, epoch: 2) with { IsKept = false }),
        ]));
        var page = Open("?tab=runs&run=3", app);
        page.WaitForAssertion(() => Assert.Equal(3, page.FindAll("dialog tbody tr").Count));
        var rows = page.FindAll("dialog tbody tr").Select(r => r.TextContent).ToList();
        Assert.Contains("exited with code 7; it last said “no such table”", rows[1], StringComparison.Ordinal);
        Assert.Contains("attempt 2", rows[2], StringComparison.Ordinal);
        Assert.Equal("Log of instance 2", page.Find("#run-log").TextContent);
        page.FindAll("dialog tbody tr")[2].Click();
        page.WaitForAssertion(() => Assert.Contains("last lines that were kept", page.Find("dialog").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Viewers_are_told_why_they_start_nothing()
    {
        var page = Open("?tab=runs", GivenJobs.App("report", Nightly, GivenJobs.Run(1, RunStatus.Running)), Given.Member("default", TeamRole.Viewer));
        Assert.Equal("You may look at the apps of default, but not change them.", Button(page, "Run now").GetAttribute("title"));
        Assert.Equal("true", Button(page, "Cancel…").GetAttribute("aria-disabled"));
    }

    [Fact]
    public void What_is_live_wins_over_what_was_read()
    {
        var model = new RunsTabModel();
        model.Apply([GivenJobs.Run(2, RunStatus.Running), GivenJobs.Run(1, RunStatus.Failed)]);
        model.Apply(GivenJobs.App("report", Nightly, GivenJobs.Run(3, RunStatus.Waiting), GivenJobs.Run(2, RunStatus.Succeeded)));
        Assert.Equal([(3, RunStatus.Waiting), (2, RunStatus.Succeeded), (1, RunStatus.Failed)], model.Rows.Select(r => (r.Number, r.Status)));
        Assert.Equal((3, RunStatus.Failed), (model.Newest, model.Find(1)!.Status));
        Assert.Null(model.Find(7));
    }
}
