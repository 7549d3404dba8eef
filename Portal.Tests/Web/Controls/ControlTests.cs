using System.Collections.Immutable;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Portal.Components.Controls;
using Portal.Core.Domain;
using Portal.Core.State.Views;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Controls;

/// <summary>The controls as they are drawn.</summary>
public sealed class ControlTests : BunitContext
{
    private readonly ManualClock _clock = new();

    public ControlTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddSingleton<TimeProvider>(_clock);
        Services.AddScoped<ToastService>();
    }

    [Fact]
    public async Task A_dialog_whose_browser_goes_while_it_closes_troubles_nobody()
    {
        JSInterop.SetupVoid("portal.dialogs.closed", _ => true).SetCanceled();
        var dialog = Render<Modal>(p => p.Add(m => m.Title, "Delete it?"));

        await dialog.Instance.DisposeAsync();

        Assert.Single(JSInterop.Invocations["portal.dialogs.closed"]);
    }

    public static TheoryData<AppStatus> Statuses => [.. Enum.GetValues<AppStatus>()];

    [Theory]
    [MemberData(nameof(Statuses))]
    public void A_state_is_a_word_and_an_icon_and_green_only_after_a_check(AppStatus status)
    {
        var badge = Render<StatusBadge>(p => p.Add(b => b.Look, Look.Of(status)));
        Assert.Equal(status.ToString(), badge.Find("span > span").TextContent);
        Assert.Single(badge.FindAll("svg"));
        Assert.Equal(status == AppStatus.Healthy, badge.Find(".status").GetAttribute("data-tone") == "good");
    }

    [Theory]
    [InlineData(InstanceState.Running, Health.Healthy, "good", "solid")]
    [InlineData(InstanceState.Running, Health.None, "run", "solid")]
    [InlineData(InstanceState.Running, Health.Unhealthy, "bad", "cross")]
    [InlineData(InstanceState.Starting, Health.None, "work", "half")]
    [InlineData(InstanceState.Pending, Health.None, "warn", "outline")]
    [InlineData(InstanceState.Unknown, Health.Healthy, "idle", "hatched")]
    [InlineData(InstanceState.Failed, Health.None, "bad", "cross")]
    public void Blocks_differ_in_form_too(InstanceState state, Health health, string tone, string form)
    {
        var app = Given.App("web");
        ImmutableArray<InstanceView> instances = [new InstanceView { Id = InstanceId.Of(app.Id, 1, 1), AppId = app.Id, Slot = 1, State = state, Health = health, Ready = health == Health.Healthy }];
        var block = Assert.Single(ReplicaBlock.Of(instances, 1));
        Assert.Equal((tone, form), (block.Tone, block.Form));
    }

    [Fact]
    public void Unplaced_replicas_have_blocks_and_the_count_is_read_out()
    {
        var blocks = Render<ReplicaBlocks>(p => p.Add(b => b.Instances, []).Add(b => b.Desired, 3).Add(b => b.Ready, 0));
        Assert.Equal(3, blocks.FindAll("i[data-form=outline]").Count);
        Assert.Equal("0 of 3 ready", blocks.Find("[role=img]").GetAttribute("aria-label"));
    }

    [Fact]
    public void A_table_sorts_holds_and_opens_by_callback()
    {
        var (sorted, held, opened) = ("", new List<bool>(), "");
        var table = Render<DataTable<string>>(p => p
            .Add(t => t.Label, "Names").Add(t => t.Rows, ["a", "b"]).Add(t => t.RowKey, row => row)
            .Add(t => t.SortedBy, "name").Add(t => t.Descending, true)
            .Add(t => t.OnSort, sort => sorted = sort).Add(t => t.OnHold, held.Add).Add(t => t.OnOpen, row => opened = row)
            .Add(t => t.Columns, Column("Name", "name")));

        Assert.Equal(["a", "b"], table.FindAll("tbody td").Select(c => c.TextContent));
        Assert.Equal("descending", table.Find("th").GetAttribute("aria-sort"));
        table.Find("th button").Click();
        table.Find(".table-box").MouseEnter();
        table.Find(".table-box").MouseLeave();
        table.FindAll("tbody tr")[1].Click();
        Assert.Equal("name", sorted);
        Assert.Equal([true, false], held);
        Assert.Equal("b", opened);
    }

    [Fact]
    public void A_long_table_draws_only_what_is_in_sight()
    {
        var table = Render<DataTable<int>>(p => p
            .Add(t => t.Label, "Many").Add(t => t.Rows, [.. Enumerable.Range(0, 10_000)]).Add(t => t.RowKey, row => row).Add(t => t.Columns, Column<int>("N", null)));
        Assert.InRange(table.FindAll("tbody tr").Count, 0, 200);
    }

    [Fact]
    public async Task A_button_is_busy_until_its_work_is_done_and_works_once()
    {
        var (work, clicks) = (new TaskCompletionSource(), 0);
        var button = Render<BusyButton>(p => p.Add(b => b.WaitsFor, "waits for 2 of 3").Add(b => b.OnClick, () =>
        {
            clicks++;
            return work.Task;
        }).AddChildContent("Restart"));

        var clicking = button.Find("button").ClickAsync();
        button.Find("button").Click();
        Assert.Equal("true", button.Find("button").GetAttribute("aria-busy"));
        Assert.Equal("waits for 2 of 3", button.Find(".waits").TextContent);
        work.SetResult();
        await clicking;
        button.WaitForAssertion(() => Assert.Null(button.Find("button").GetAttribute("aria-busy")));
        Assert.Equal(1, clicks);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task A_button_that_asks_first_is_not_busy_meanwhile_and_asks_once(bool answer, int deeds)
    {
        var (question, asked, done) = (new TaskCompletionSource<bool>(), 0, 0);
        var button = Render<BusyButton>(p => p.Add(b => b.WaitsFor, "waits").Add(b => b.OnClick, () => done++).Add(b => b.Asks, () =>
        {
            asked++;
            return question.Task;
        }).AddChildContent("Stop"));

        var clicking = button.Find("button").ClickAsync();
        button.Find("button").Click();
        Assert.Null(button.Find("button").GetAttribute("aria-busy"));
        Assert.Empty(button.FindAll(".waits"));
        question.SetResult(answer);
        await clicking;
        Assert.Equal((1, deeds), (asked, done));
    }

    [Fact]
    public void A_disabled_button_says_why_and_does_nothing()
    {
        var clicked = false;
        var button = Render<BusyButton>(p => p.Add(b => b.DisabledReason, "You are a Viewer").Add(b => b.OnClick, () => clicked = true).AddChildContent("Restart"));
        button.Find("button").Click();
        Assert.False(clicked);
        Assert.Equal("You are a Viewer", button.Find("button").GetAttribute("title"));
    }

    [Fact]
    public async Task A_dangerous_deed_needs_its_name()
    {
        var dialog = Render<ConfirmDialog>();
        Task<ConfirmAnswer> asking = null!;
        await dialog.InvokeAsync(() => { asking = dialog.Instance.AskAsync(new ConfirmRequest("Delete web?", "It goes.", "Delete web") { TypeName = "web" }); });
        Assert.True(dialog.Find("button[type=submit]").HasAttribute("disabled"));
        dialog.Find("#confirm-name").Input("web");
        Assert.False(dialog.Find("button[type=submit]").HasAttribute("disabled"));
        dialog.Find("form").Submit();
        Assert.True((await asking).Confirmed);
        Assert.Empty(dialog.FindAll("dialog"));
    }

    [Fact]
    public void Faults_stand_at_their_fields_and_the_rest_above_the_buttons()
    {
        var faults = FaultSet.Of("Refused.", new Fault("name", "must be short"), new Fault("ports[0].name", "twice"), new Fault("else", "odd"));
        var form = Render<FaultForm>(p => p.Add(f => f.Faults, faults).Add(f => f.OnSubmit, () => { })
            .AddChildContent<TextField>(f => f.Add(t => t.Label, "Name").Add(t => t.Path, "name"))
            .AddChildContent<TextField>(f => f.Add(t => t.Label, "Ports").Add(t => t.Path, "ports")));

        Assert.Equal(["Must be short", "Twice"], form.FindAll(".fault").Select(f => f.TextContent.Trim()));
        Assert.Equal(["else: odd"], form.FindAll(".faults li").Select(f => f.TextContent.Trim()));
        var input = form.Find("input");
        Assert.Equal("true", input.GetAttribute("aria-invalid"));
        Assert.NotNull(form.Find($"#{input.GetAttribute("aria-describedby")}"));
    }

    [Theory]
    [InlineData(2, "just now")]
    [InlineData(40, "40 s ago")]
    [InlineData(720, "12 min ago")]
    [InlineData(7_200, "2 h ago")]
    [InlineData(200_000, "2 d ago")]
    public void Ages_are_said_with_their_unit(int seconds, string expected)
    {
        var ago = Render<TimeAgo>(p => p.Add(t => t.At, _clock.GetUtcNow().AddSeconds(-seconds)));
        Assert.Equal(expected, ago.Find("time").TextContent);
    }

    [Fact]
    public void Tabs_keep_the_rest_of_the_address()
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("/apps/default/web?team=a&tab=config");
        var tabs = Render<Tabs>(p => p.Add(t => t.Label, "App").Add(t => t.Current, "config").Add(t => t.Items, [new("overview", "Overview"), new("config", "Config")]));
        Assert.Equal(["/apps/default/web?team=a", "/apps/default/web?tab=config&team=a"], tabs.FindAll("a").Select(a => a.GetAttribute("href")));
        Assert.Equal("Config", tabs.Find("a[aria-current]").TextContent.Trim());
    }

    private static RenderFragment Column(string title, string? sort) => Column<string>(title, sort);

    private static RenderFragment Column<TRow>(string title, string? sort) => builder =>
    {
        builder.OpenComponent<DataColumn<TRow>>(0);
        builder.AddComponentParameter(1, nameof(DataColumn<TRow>.Title), title);
        builder.AddComponentParameter(2, nameof(DataColumn<TRow>.Sort), sort);
        builder.AddComponentParameter(3, nameof(DataColumn<TRow>.ChildContent), (RenderFragment<TRow>)(row => cell => cell.AddContent(0, row)));
        builder.CloseComponent();
    };
}
