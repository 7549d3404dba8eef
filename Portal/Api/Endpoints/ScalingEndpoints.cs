using Portal.Api.Contracts;
using Portal.Api.Http;
using Portal.Core.State.Services;

namespace Portal.Api.Endpoints;

/// <summary>Automatic scaling: how it stands, what was decided, what would be. The policy is part of the AppSpec.</summary>
internal static class ScalingEndpoints
{
    private const string One = "/teams/{team}/apps/{app}/scaling";

    public static void Map(RouteGroupBuilder root)
    {
        var api = root.MapGroup("").WithTags("Scaling");
        api.MapGet(One, GetAsync).Describe("getScaling", "How an app is scaled: its policy, the number that would be right, and the figures and schedule that say so.", 404, 422).Gives<ScalingBody>().Query();
        api.MapGet(One + "/decisions", ListAsync).Describe("listScalingDecisions", "Decisions of the autoscaler that changed the number or the reason for it, newest first.", 404).Paged<ScalingDecisionBody>();
        api.MapGet(One + "/figures", FiguresAsync).Describe("getScalingFigures", "What the metrics that the app itself serves were over time, each instance's on average, for as long as its policy followed them.", 404).Gives<MetricsBody>()
            .Query(MetricEndpoints.From, MetricEndpoints.To);
        api.MapPost(One + "/try", TryAsync).Describe("tryScaling", "What would be decided now by the policy in the body or the app's own; changes nothing.", 404, 413, 415, 422)
            .Takes<ScalingPolicyBody>(required: false).Gives<ScalingTryBody>().Query();
    }

    private static async Task<IResult> GetAsync(string team, string app, IScalingService service, HttpContext http)
    {
        new QueryReader(http).Done();
        Names.Seek("app", team, app);
        return Answers.Json(ScalingBody.Of(await service.GetAsync(http.Actor(), team, app, http.RequestAborted)));
    }

    private static async Task<IResult> ListAsync(string team, string app, IScalingService service, HttpContext http)
    {
        var query = new QueryReader(http);
        var page = query.Page();
        var after = page.Number(query);
        query.Done();
        Names.Seek("app", team, app);
        var decisions = await service.ListDecisionsAsync(http.Actor(), team, app, after, page.Limit + 1, http.RequestAborted);
        return Answers.Json(Paging.OfCut(decisions, page.Limit, d => d.Id, ScalingDecisionBody.Of));
    }

    private static async Task<IResult> FiguresAsync(string team, string app, IScalingService service, TimeProvider time, HttpContext http)
    {
        var query = new QueryReader(http);
        var (from, to) = MetricEndpoints.RangeOf(query, time.GetUtcNow());
        query.Done();
        Names.Seek("app", team, app);
        return Answers.Json(MetricsBody.Of(await service.ReadFiguresAsync(http.Actor(), team, app, from, to, http.RequestAborted)));
    }

    private static async Task<IResult> TryAsync(string team, string app, IScalingService service, HttpContext http)
    {
        var policy = await Bodies.ReadScalingAsync(http, new QueryReader(http));
        Names.Seek("app", team, app);
        var (input, decision) = await service.TryAsync(http.Actor(), team, app, policy, http.RequestAborted);
        return Answers.Json(ScalingTryBody.Of(input, decision));
    }
}
