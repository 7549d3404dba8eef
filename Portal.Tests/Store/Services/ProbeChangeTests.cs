using Portal.Core.Domain;
using Portal.Core.Domain.Specs;
using Portal.Core.State.Services;

namespace Portal.Tests.Store.Services;

/// <summary>A changed probe makes no revision, and stays with the revision that it was changed for.</summary>
public sealed class ProbeChangeTests(StoreFixture fixture)
{
    private static AppRequest Probed(string path, string image = "nginx:1.27") => ServiceStage.Spec(image, change: s => s with
    {
        Ports = [new PortSpec("http", 80)], Health = new HealthSpec { Kind = HealthKind.Http, Path = path },
    });

    private static async Task<(int Revision, string Path)> PutAsync(ServiceStage stage, AppRequest request)
    {
        var app = (await stage.Apps.PutAsync(ServiceStage.Admin, "default", "web", request, ServiceStage.Any, default)).App;
        return (app.Revision, app.Spec.Health.Path);
    }

    private static async Task<string> PathsAsync(ServiceStage stage)
    {
        await using var db = await stage.OpenAsync();
        return string.Join(", ", db.Revisions.OrderBy(r => r.Number).Select(r => r.Health).ToList().Select(h => h is null ? "sealed" : HealthCodec.FromCanonical(h).Path));
    }

    [Fact]
    public async Task It_is_kept_with_its_revision_and_comes_back_with_a_rollback()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        Assert.Equal((1, "/wrong"), await PutAsync(stage, Probed("/wrong")));
        Assert.Equal((1, "/up"), await PutAsync(stage, Probed("/up")));
        Assert.Equal("/up", await PathsAsync(stage));
        Assert.Equal((2, "/v2/up"), await PutAsync(stage, Probed("/v2/up", "nginx:1.28")));
        Assert.Equal("/up, sealed", await PathsAsync(stage));

        var back = await stage.Get<IRolloutService>().RollbackAsync(ServiceStage.Admin, "default", "web", 1, ServiceStage.Any, default);

        Assert.Equal((1, "nginx:1.27", "/up"), (back.Revision, back.Spec.Image, back.Spec.Health.Path));
    }
}
