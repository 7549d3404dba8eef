using Portal.Api.Contracts;
using Portal.Api.Http;
using Portal.Core.Alerts;
using Portal.Core.Domain;
using Portal.Core.State.Alerts;

namespace Portal.Api.Endpoints;

/// <summary>Alerts, their rules, targets, silences and notices: of a team, and of the whole Portal for administrators.</summary>
internal static class AlertEndpoints
{
    private static readonly QueryParameter Phase = new("phase", "Only those.") { Words = Words.Of<AlertPhase>() };

    public static void Map(RouteGroupBuilder api)
    {
        MapScope(api.MapGroup("/teams/{team}/alerts").WithTags("Alerts"), "Team", "a team");
        var portal = api.MapGroup("/alerts").WithTags("Alerts");
        MapScope(portal, "Portal", "the whole Portal");
        portal.MapGet("/settings", GetSettingsAsync).Describe("getAlertSettings", "How alerts are sent.", 403).Gives<AlertSettingsBody>().Query();
        portal.MapPut("/settings", PutSettingsAsync).Describe("putAlertSettings", "Says how alerts are sent, as a whole.", 403, 409, 413, 415).Takes<AlertSettingsRequestBody>().Gives<AlertSettingsBody>().Query();
    }

    private static void MapScope(RouteGroupBuilder alerts, string suffix, string whose)
    {
        alerts.MapGet("", ListAsync).Describe($"list{suffix}Alerts", $"Alerts of {whose}, by rule: pending, firing, and resolved within a day.", 403, 404).Paged<AlertBody>(Phase);
        alerts.MapGet("/rules", ListRulesAsync).Describe($"list{suffix}AlertRules", $"Rules of {whose}, by name.", 403, 404).Paged<AlertRuleBody>();
        alerts.MapPut("/rules/{name}", PutRuleAsync).Describe($"put{suffix}AlertRule", "Makes or changes a rule.", 403, 404, 409, 413, 415).Takes<AlertRuleRequestBody>().Gives<AlertRuleBody>().Gives<AlertRuleBody>(201).Query();
        alerts.MapDelete("/rules/{name}", DeleteRuleAsync).Describe($"delete{suffix}AlertRule", "Removes a rule; what it made fire is forgotten.", 403, 404, 409).Produces(StatusCodes.Status204NoContent).Query();
        alerts.MapGet("/targets", ListTargetsAsync).Describe($"list{suffix}AlertTargets", $"Targets of {whose}, by name.", 403, 404).Paged<AlertTargetBody>();
        alerts.MapPut("/targets/{name}", PutTargetAsync).Describe($"put{suffix}AlertTarget", "Makes or changes a target.", 403, 404, 409, 413, 415).Takes<AlertTargetRequestBody>().Gives<AlertTargetBody>().Gives<AlertTargetBody>(201).Query();
        alerts.MapDelete("/targets/{name}", DeleteTargetAsync).Describe($"delete{suffix}AlertTarget", "Removes a target that no rule names.", 403, 404, 409).Produces(StatusCodes.Status204NoContent).Query();
        alerts.MapPost("/targets/{name}/test", TestTargetAsync).Describe($"test{suffix}AlertTarget", "Sends a target a notice now, and tells its answer.", 403, 404, 409, 413, 415).Gives<AlertAnswerBody>().Query();
        alerts.MapGet("/silences", ListSilencesAsync).Describe($"list{suffix}AlertSilences", "Silences that are not over.", 403, 404).Paged<AlertSilenceBody>();
        alerts.MapPost("/silences", AddSilenceAsync).Describe($"add{suffix}AlertSilence", "Keeps what it matches from its targets for a while.", 403, 404, 409, 413, 415).Takes<AlertSilenceRequestBody>().Gives<AlertSilenceBody>(201).Query();
        alerts.MapDelete("/silences/{id}", DeleteSilenceAsync).Describe($"delete{suffix}AlertSilence", "Ends a silence.", 403, 404, 409).Produces(StatusCodes.Status204NoContent).Query();
        alerts.MapGet("/notices", ListNoticesAsync).Describe($"list{suffix}AlertNotices", "Notices to targets, with their answers, newest first.", 403, 404).Paged<AlertNoticeBody>();
    }

    private static AlertScope ScopeOf(HttpContext http)
    {
        if (http.GetRouteValue("team") is not string team)
        {
            return AlertScope.Portal;
        }
        Names.Seek("team", team);
        return new AlertScope(team);
    }

    private static async Task<IResult> ListAsync(IAlertService service, IAlertFeed feed, HttpContext http)
    {
        var query = new QueryReader(http);
        var (page, phase) = (query.Page(), query.Word<AlertPhase>("phase"));
        query.Done();
        var scope = ScopeOf(http);
        // Says whether the caller may know of the team.
        await service.ListRulesAsync(http.Actor(), scope, http.RequestAborted);
        return Answers.Json(Paging.Of(feed.Current.Where(a => a.RuleTeam == scope.Team && (phase is null || a.State.Phase == phase)), page, a => $"{a.Rule} {a.State.Subject}", AlertBody.Of));
    }

    private static async Task<IResult> ListRulesAsync(IAlertService service, HttpContext http)
    {
        var query = new QueryReader(http);
        var page = query.Page();
        query.Done();
        return Answers.Json(Paging.Of(await service.ListRulesAsync(http.Actor(), ScopeOf(http), http.RequestAborted), page, r => r.Name, AlertRuleBody.From));
    }

    private static async Task<IResult> PutRuleAsync(string name, IAlertService service, HttpContext http)
    {
        var query = new QueryReader(http);
        var rule = await Bodies.ReadAsync(http, query, b => AlertReading.Rule(b, name), more: Names.Check("name", name));
        var (made, created) = await service.PutRuleAsync(http.Actor(), ScopeOf(http), rule, http.RequestAborted);
        return Answers.Put(http, AlertRuleBody.From(made), created, http.Request.Path);
    }

    private static async Task<IResult> DeleteRuleAsync(string name, IAlertService service, HttpContext http)
    {
        new QueryReader(http).Done();
        await service.DeleteRuleAsync(http.Actor(), ScopeOf(http), name, http.RequestAborted);
        return Answers.Gone();
    }

    private static async Task<IResult> ListTargetsAsync(IAlertService service, HttpContext http)
    {
        var query = new QueryReader(http);
        var page = query.Page();
        query.Done();
        return Answers.Json(Paging.Of(await service.ListTargetsAsync(http.Actor(), ScopeOf(http), http.RequestAborted), page, t => t.Name, AlertTargetBody.Of));
    }

    private static async Task<IResult> PutTargetAsync(string name, IAlertService service, HttpContext http)
    {
        var query = new QueryReader(http);
        var (kind, address) = await Bodies.ReadAsync(http, query, AlertReading.Target, more: Names.Check("name", name));
        var (made, created) = await service.PutTargetAsync(http.Actor(), ScopeOf(http), name, kind, address, http.RequestAborted);
        return Answers.Put(http, AlertTargetBody.Of(made), created, http.Request.Path);
    }

    private static async Task<IResult> DeleteTargetAsync(string name, IAlertService service, HttpContext http)
    {
        new QueryReader(http).Done();
        await service.DeleteTargetAsync(http.Actor(), ScopeOf(http), name, http.RequestAborted);
        return Answers.Gone();
    }

    private static async Task<IResult> TestTargetAsync(string name, IAlertService service, HttpContext http)
    {
        new QueryReader(http).Done();
        await Bodies.ReadNoneAsync(http);
        var answer = await service.TestTargetAsync(http.Actor(), ScopeOf(http), name, http.RequestAborted);
        return Answers.Json(new AlertAnswerBody(answer.Accepted, answer.Text));
    }

    private static async Task<IResult> ListSilencesAsync(IAlertService service, HttpContext http)
    {
        var query = new QueryReader(http);
        var page = query.Page();
        query.Done();
        return Answers.Json(Paging.Of(await service.ListSilencesAsync(http.Actor(), ScopeOf(http), http.RequestAborted), page, s => s.Id.ToString(), AlertSilenceBody.Of));
    }

    private static async Task<IResult> AddSilenceAsync(IAlertService service, TimeProvider time, HttpContext http)
    {
        var query = new QueryReader(http);
        var (length, reason, rule, app, host) = await Bodies.ReadAsync(http, query, AlertReading.Silence);
        var now = time.GetUtcNow();
        var made = await service.AddSilenceAsync(http.Actor(), ScopeOf(http), new AlertSilence(null, rule, app, host, now, now + length), reason, http.RequestAborted);
        return Answers.Put(http, AlertSilenceBody.Of(made), true, $"{http.Request.Path}/{made.Id}");
    }

    private static async Task<IResult> DeleteSilenceAsync(string id, IAlertService service, HttpContext http)
    {
        new QueryReader(http).Done();
        await service.DeleteSilenceAsync(http.Actor(), ScopeOf(http), Names.SeekId("silence", id), http.RequestAborted);
        return Answers.Gone();
    }

    private static async Task<IResult> ListNoticesAsync(IAlertService service, HttpContext http)
    {
        var query = new QueryReader(http);
        var page = query.Page();
        var before = page.Number(query);
        query.Done();
        var notices = await service.ListNoticesAsync(http.Actor(), ScopeOf(http), before, page.Limit + 1, http.RequestAborted);
        return Answers.Json(Paging.OfCut(notices, page.Limit, n => n.Number, AlertNoticeBody.Of));
    }

    private static async Task<IResult> GetSettingsAsync(IAlertService service, HttpContext http)
    {
        new QueryReader(http).Done();
        return Answers.Json(AlertSettingsBody.Of(await service.GetSettingsAsync(http.Actor(), http.RequestAborted)));
    }

    private static async Task<IResult> PutSettingsAsync(IAlertService service, HttpContext http)
    {
        var query = new QueryReader(http);
        var (settings, password) = await Bodies.ReadAsync(http, query, AlertReading.Settings);
        return Answers.Json(AlertSettingsBody.Of(await service.PutSettingsAsync(http.Actor(), settings, password, http.RequestAborted)));
    }
}
