using Portal.Core.Alerts;
using Portal.Core.Domain;
using Portal.Core.State.Alerts;
using Portal.Core.State.Model;
using static Portal.Tests.Store.Services.ServiceStage;

namespace Portal.Tests.Store.Alerts;

/// <summary>Who may see and change alerts, what is refused, and what is kept of it.</summary>
public sealed class AlertServiceTests(StoreFixture fixture)
{
    private static readonly AlertScope s_team = new(AlertStage.Team);
    private static readonly AlertSettings s_settings = new("mail.example.org", 587, SmtpSecurity.StartTls, "portal", false, "portal@example.org", ["10.0.0.0/8"], "https://portal.example.org");

    private static readonly (string Name, Func<IAlertService, Actor, Task> Call, string Allowed)[] s_calls =
    [
        ("rules", (s, a) => s.ListRulesAsync(a, s_team, default), "VDA"),
        ("targets", (s, a) => s.ListTargetsAsync(a, s_team, default), "VDA"),
        ("silences", (s, a) => s.ListSilencesAsync(a, s_team, default), "VDA"),
        ("notices", (s, a) => s.ListNoticesAsync(a, s_team, null, 10, default), "VDA"),
        ("rule.put", (s, a) => s.PutRuleAsync(a, s_team, AlertStage.Degraded, default), "-DA"),
        ("target.put", (s, a) => s.PutTargetAsync(a, s_team, "ops", AlertTargetKind.Email, "ops@example.org", default), "-DA"),
        ("target.test", (s, a) => s.TestTargetAsync(a, s_team, "ops", default), "-DA"),
        ("silence.add", (s, a) => s.AddSilenceAsync(a, s_team, Silence(TimeSpan.FromHours(1)), "planned", default), "-DA"),
        ("rule.delete", (s, a) => s.DeleteRuleAsync(a, s_team, "degraded", default), "-DA"),
        ("target.delete", (s, a) => s.DeleteTargetAsync(a, s_team, "ops", default), "-DA"),
        ("portal.rules", (s, a) => s.ListRulesAsync(a, AlertScope.Portal, default), "--A"),
        ("portal.rule.put", (s, a) => s.PutRuleAsync(a, AlertScope.Portal, new AlertRule { Name = "lost", Kind = AlertKind.HostState, States = ["Unreachable"] }, default), "--A"),
        ("portal.silence.add", (s, a) => s.AddSilenceAsync(a, AlertScope.Portal, Silence(TimeSpan.FromHours(1)), "planned", default), "--A"),
        ("settings", (s, a) => s.GetSettingsAsync(a, default), "--A"),
        ("settings.put", (s, a) => s.PutSettingsAsync(a, s_settings, null, default), "--A"),
    ];

    [Theory]
    [InlineData('V', TeamRole.Viewer)]
    [InlineData('D', TeamRole.Deployer)]
    [InlineData('A', null)]
    public async Task A_role_may_do_what_it_may(char letter, TeamRole? role)
    {
        await using var stage = await AlertStage.CreateAsync(fixture);
        var actor = role is { } held ? await stage.Services.UserAsync("me@example.org", AlertStage.Team, held) : Admin;
        var wrong = new List<string>();
        foreach (var (name, call, allowed) in s_calls)
        {
            var outcome = await OutcomeAsync(() => call(stage.Alerts, actor));
            if (outcome != (allowed.Contains(letter) ? (RefusalKind?)null : RefusalKind.Forbidden))
            {
                wrong.Add($"{name}: {outcome?.ToString() ?? "done"}");
            }
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task A_stranger_knows_of_nothing_and_a_viewer_of_no_secret()
    {
        await using var stage = await AlertStage.CreateAsync(fixture);
        await stage.Alerts.PutRuleAsync(Admin, AlertScope.Portal, new AlertRule { Name = "lost", Kind = AlertKind.HostState, States = ["Unreachable"] }, default);
        var stranger = await stage.Services.UserAsync("stranger@example.org");
        foreach (var (name, call, allowed) in s_calls.Where(c => c.Allowed.Contains('V')))
        {
            Assert.True(await OutcomeAsync(() => call(stage.Alerts, stranger)) == RefusalKind.NotFound, name);
        }
        Assert.Empty(await stage.Alerts.ListRulesAsync(stranger, AlertScope.Visible, default));

        var viewer = await stage.Services.UserAsync("viewer@example.org", AlertStage.Team, TeamRole.Viewer);
        Assert.Equal("https://hooks.example.org/…", Assert.Single(await stage.Alerts.ListTargetsAsync(viewer, AlertScope.Visible, default)).Address);
        Assert.Equal("degraded", Assert.Single(await stage.Alerts.ListRulesAsync(viewer, AlertScope.Visible, default)).Name);
        Assert.Equal(["degraded", "lost"], (await stage.Alerts.ListRulesAsync(Admin, AlertScope.Visible, default)).Select(r => r.Name));
        Assert.Equal(0, await stage.Services.CountAsync("SELECT count(*) FROM alert_targets WHERE protected_address LIKE '%secret%'"));
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_told_at_once()
    {
        await using var stage = await AlertStage.CreateAsync(fixture);
        var rule = new AlertRule { Name = "Not Good", Kind = AlertKind.HostState, States = ["Asleep"], Value = -1, For = TimeSpan.FromDays(8), Window = TimeSpan.FromDays(1), Targets = ["nobody"] };
        Assert.Equal(["name", "states", "value", "kind", "for", "window", "targets"], await FaultsAsync(() => stage.Alerts.PutRuleAsync(Admin, s_team, rule, default)));
        Assert.Equal(["app"], await FaultsAsync(() => stage.Alerts.PutRuleAsync(Admin, AlertScope.Portal, AlertStage.Degraded with { App = "web", Targets = [] }, default)));
        Assert.Equal(["name", "address"], await FaultsAsync(() => stage.Alerts.PutTargetAsync(Admin, s_team, "Ops!", AlertTargetKind.Webhook, "ftp://example.org", default)));
        Assert.Equal(["address"], await FaultsAsync(() => stage.Alerts.PutTargetAsync(Admin, s_team, "ops", AlertTargetKind.Email, "a@example.org, b", default)));
        Assert.Equal(["to", "reason"], await FaultsAsync(() => stage.Alerts.AddSilenceAsync(Admin, s_team, Silence(TimeSpan.FromHours(-1)), " ", default)));
        var settings = new AlertSettings("mail example", 0, SmtpSecurity.None, "portal", false, "nobody", ["10.0.0.0/99"], "portal");
        Assert.Equal(["smtp.host", "smtp.port", "smtp.from", "smtp.security", "allowed", "publicAddress"], await FaultsAsync(() => stage.Alerts.PutSettingsAsync(Admin, settings, null, default)));
        Assert.Equal(0, await stage.Services.CountAsync("SELECT count(*) FROM alert_silences") + await stage.Services.CountAsync("SELECT count(*) FROM alert_settings"));
    }

    [Fact]
    public async Task A_target_in_use_stays_and_a_rule_takes_what_it_made_fire_along()
    {
        await using var stage = await AlertStage.CreateAsync(fixture);
        var lease = await stage.First.LeadAsync();
        await stage.First.EvaluateAsync(lease, stage.Scene(AppStatus.Degraded));
        var refused = await RefusedAsync(RefusalKind.Conflict, () => stage.Alerts.DeleteTargetAsync(Admin, s_team, "ops", default));
        Assert.Contains("The rule degraded tells target ops", refused.Message, StringComparison.Ordinal);

        var (changed, created) = await stage.Alerts.PutRuleAsync(Admin, s_team, AlertStage.Degraded with { Targets = [], Severity = Severity.Error }, default);
        Assert.False(created);
        Assert.Equal(changed.Id, Assert.Single((await stage.First.Store.ReadAsync(default)).States).RuleId);
        await stage.Alerts.DeleteTargetAsync(Admin, s_team, "ops", default);
        await stage.Alerts.DeleteRuleAsync(Admin, s_team, "degraded", default);
        Assert.Empty((await stage.First.Store.ReadAsync(default)).States);
        // What was told, and to whom, stays.
        Assert.Equal("ops", Assert.Single(await stage.NoticesAsync()).Target);
        await RefusedAsync(RefusalKind.NotFound, () => stage.Alerts.DeleteRuleAsync(Admin, s_team, "degraded", default));
        Assert.Equal(1, await stage.Services.CountAsync("SELECT count(*) FROM audit WHERE action = 'alert.rule.delete' AND result = 'ok'"));
    }

    [Fact]
    public async Task A_password_is_kept_out_of_sight_and_only_for_its_server()
    {
        await using var stage = await AlertStage.CreateAsync(fixture);
        Assert.True((await stage.Alerts.PutSettingsAsync(Admin, s_settings, "open sesame", default)).HasPassword);
        Assert.True((await stage.Alerts.PutSettingsAsync(Admin, s_settings with { From = "other@example.org" }, null, default)).HasPassword);
        Assert.Equal(0, await stage.Services.CountAsync("SELECT count(*) FROM alert_settings s WHERE s::text LIKE '%sesame%'") + await stage.Services.CountAsync("SELECT count(*) FROM audit a WHERE a::text LIKE '%sesame%'"));
        await stage.Alerts.TestTargetAsync(Admin, s_team, "ops", default);
        Assert.Equal("open sesame", Assert.Single(stage.Sender.Sent).Address.Password);

        Assert.False((await stage.Alerts.PutSettingsAsync(Admin, s_settings with { Host = "evil.example.org" }, null, default)).HasPassword);
        await stage.Alerts.TestTargetAsync(Admin, s_team, "ops", default);
        Assert.Null(stage.Sender.Sent[^1].Address.Password);
    }

    [Fact]
    public async Task Silences_are_of_their_team_and_leave_the_list_when_they_are_over()
    {
        await using var stage = await AlertStage.CreateAsync(fixture);
        var mine = await stage.Alerts.AddSilenceAsync(Admin, s_team, Silence(TimeSpan.FromHours(2)) with { App = "web" }, " the database moves ", default);
        await stage.Alerts.AddSilenceAsync(Admin, s_team, Silence(TimeSpan.FromHours(1)), "short", default);
        Assert.Equal(("the database moves", Admin.Name), (mine.Reason, mine.By));
        await RefusedAsync(RefusalKind.NotFound, () => stage.Alerts.DeleteSilenceAsync(Admin, AlertScope.Portal, mine.Id, default));

        stage.Clock.Ahead = TimeSpan.FromMinutes(90);
        Assert.Equal(mine.Id, Assert.Single(await stage.Alerts.ListSilencesAsync(Admin, s_team, default)).Id);
        await stage.Alerts.DeleteSilenceAsync(Admin, s_team, mine.Id, default);
        Assert.Empty(await stage.Alerts.ListSilencesAsync(Admin, AlertScope.Visible, default));
    }

    private static AlertSilence Silence(TimeSpan length) => new(null, null, null, null, TimeProvider.System.GetUtcNow(), TimeProvider.System.GetUtcNow() + length);

    private static async Task<IEnumerable<string>> FaultsAsync(Func<Task> call) => (await RefusedAsync(RefusalKind.Invalid, call)).Faults.Select(f => f.Path).ToList();

    private static async Task<RefusalKind?> OutcomeAsync(Func<Task> call)
    {
        try
        {
            await call();
            return null;
        }
        catch (RefusedException e)
        {
            return e.Kind;
        }
    }
}
