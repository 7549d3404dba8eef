using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Portal.Core.State.Services;
using static Portal.Tests.Store.Services.ServiceStage;

namespace Portal.Tests.Store.Services;

public sealed class RetentionTests(StoreFixture fixture)
{
    [Fact]
    public async Task Old_history_goes_and_what_is_in_use_stays()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var host = await stage.HostAsync("h1");
        var (app, _) = await stage.Apps.PutAsync(Admin, "default", "web", Spec(), Any, default);
        await stage.InstanceAsync(app, 1, host);
        var over = await stage.InstanceAsync(app, 2, host);
        for (var n = 0; n < 55; n++)
        {
            await stage.Apps.DeployAsync(Admin, "default", "web", null, Any, default);
        }
        await using (var db = await stage.OpenAsync())
        {
            await db.Assignments.Where(a => a.Id == over).ExecuteUpdateAsync(a => a.SetProperty(r => r.EndedAt, stage.Clock.GetUtcNow()));
        }
        var retention = stage.Get<IEnumerable<IHostedService>>().OfType<Retention>().Single();

        await retention.RunOnceAsync(default);
        // The first one is what instances still run by.
        Assert.Equal(51, await stage.CountAsync("SELECT count(*) FROM revisions"));
        Assert.Equal(2, await stage.CountAsync("SELECT count(*) FROM assignments"));
        Assert.NotEqual(0, await stage.CountAsync("SELECT count(*) FROM events"));

        stage.Clock.Ahead = TimeSpan.FromDays(31);
        await retention.RunOnceAsync(default);
        Assert.Equal(1, await stage.CountAsync("SELECT count(*) FROM assignments"));
        Assert.Equal(1, await stage.CountAsync("SELECT count(*) FROM observations"));
        Assert.Equal(0, await stage.CountAsync("SELECT count(*) FROM events"));
        Assert.NotEqual(0, await stage.CountAsync("SELECT count(*) FROM audit"));
    }
}
