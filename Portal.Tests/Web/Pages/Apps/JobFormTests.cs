using System.Text.Json.Nodes;
using Bunit;
using Portal.Components.Pages.Apps.Drafts;
using Portal.Core.Domain;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Pages.Apps;

public sealed class JobFormTests : PageContext
{
    [Theory]
    [InlineData("""{"image":"a","kind":"job"}""")]
    [InlineData("""{"image":"a","kind":"job","job":{"completions":5,"parallelism":2,"retries":0,"deadline":"30m","keep":"1h","schedule":"30 2 * * mon-fri","timeZone":"Europe/Berlin","overlap":"replace","missed":"skip"},"stop":{"gracePeriod":"3s"}}""")]
    public void A_job_comes_back_from_the_form_as_it_was(string json) => Assert.Equal(json, SpecForm.Of(JsonNode.Parse(json)!.AsObject()).ToJson().ToJsonString());

    [Fact]
    public void What_a_job_does_not_have_is_not_sent_and_neither_is_a_job_of_what_is_none()
    {
        var form = new SpecForm { Image = "a", Kind = "job", Replicas = "3", HealthKind = "command", HealthCommand = "true", RestartPolicy = "never", MaxSurge = "2", Disruption = "1" };
        form.Job.Completions = "5";
        Assert.Equal("""{"image":"a","kind":"job","job":{"completions":5}}""", form.ToJson().ToJsonString());
        form.Kind = "service";
        Assert.DoesNotContain("\"job\"", form.ToJson().ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_draft_of_a_job_says_only_what_is_not_said_anyway()
    {
        var draft = SpecDraft.Of(new AppSpec { Image = "a", Kind = AppKind.Job, Job = new JobSpec { Schedule = "0 3 * * *" } }, null);
        Assert.Equal("image: a\nkind: job\njob:\n  schedule: 0 3 * * *\n", draft.Yaml.ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("0 3 * * *", "", "It runs next on Mon 2 Mar 03:00, Tue 3 Mar 03:00, Wed 4 Mar 03:00 (UTC).")]
    [InlineData("0 3 * * *", "Europe/Berlin", "It runs next on Mon 2 Mar 03:00, Tue 3 Mar 03:00, Wed 4 Mar 03:00 (Europe/Berlin).")]
    [InlineData("", "", "Without a schedule it runs once for each new revision, and when asked to.")]
    [InlineData("0 3 * *", "", "It must be five fields")]
    [InlineData("0 3 * * *", "Mars/Olympus", "The time zone is not known here.")]
    public void A_schedule_is_told_in_times(string schedule, string zone, string sentence) =>
        Assert.StartsWith(sentence, ScheduleWords.Next(schedule, zone, Given.Now), StringComparison.Ordinal);

    [Fact]
    public void A_job_s_form_shows_its_own_fields_and_hides_those_that_make_no_sense()
    {
        var form = Render<SpecFields>(p => p.Add(f => f.Form, new SpecForm { Image = "a", Kind = "job" }));
        var labels = form.FindAll("label").Select(l => l.TextContent.Replace("(optional)", "", StringComparison.Ordinal).Trim()).ToList();
        Assert.Contains("Completions", labels);
        Assert.Contains("Schedule", labels);
        Assert.Contains("Stop signal", labels);
        foreach (var hidden in new[] { "Replicas", "Health is asked", "A replacement" })
        {
            Assert.DoesNotContain(hidden, labels);
        }
    }
}
