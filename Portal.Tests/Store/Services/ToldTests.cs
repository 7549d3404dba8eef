using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Portal.Core.Domain;
using Portal.Core.State.Services;
using Portal.Core.State.Views;
using static Portal.Tests.Store.Services.ServiceStage;

namespace Portal.Tests.Store.Services;

/// <summary>What services tell by events: each once, to whom it concerns.</summary>
public sealed class ToldTests(StoreFixture fixture)
{
    [Fact]
    public async Task What_a_quota_has_no_room_for_is_told_to_the_team_once_an_hour()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        await stage.Apps.PutAsync(Admin, "default", "web", Spec(replicas: 2), Any, default);
        await stage.Teams.PutAsync(Admin, "default", null, new Quota(Instances: 2), default);
        Task RefuseAsync() => RefusedAsync(RefusalKind.Unprocessable, () => stage.Apps.ScaleAsync(Admin, "default", "web", 6, Any, default));

        await RefuseAsync();
        await RefuseAsync();
        var told = Assert.Single(await ListAsync(stage, "QuotaRefused"));
        Assert.Equal(("default", "web", Severity.Warning), (told.Team, told.App, told.Severity));
        Assert.Equal("admin@example.org was refused app.scale of default/web: the team may have 2 instances; this would make it 6.", told.Message);

        stage.Clock.Ahead = TimeSpan.FromMinutes(61);
        await RefuseAsync();
        Assert.Equal(2, (await ListAsync(stage, "QuotaRefused")).Count);
    }

    [Fact]
    public async Task A_hosts_certificate_is_told_of_before_it_ends_and_when_it_has_ended()
    {
        await using var stage = await ServiceStage.CreateAsync(fixture);
        var (east, _) = (await stage.HostAsync("east"), await stage.HostAsync("west"));
        var end = stage.Clock.GetUtcNow() + TimeSpan.FromDays(20);
        await using (var db = await stage.OpenAsync())
        {
            await db.Hosts.Where(h => h.Id == east).ExecuteUpdateAsync(s => s.SetProperty(h => h.CertificateExpiresAt, end));
        }
        var watch = stage.Get<IEnumerable<IHostedService>>().OfType<CertificateWatch>().Single();

        await watch.LookAsync(default);
        Assert.Empty(await ListAsync(stage, "Certificate*"));
        stage.Clock.Ahead = TimeSpan.FromDays(7);
        await watch.LookAsync(default);
        await watch.LookAsync(default);
        var soon = Assert.Single(await ListAsync(stage, "Certificate*"));
        Assert.Equal(("CertificateExpiring", "east", Severity.Warning), (soon.Kind, soon.Host, soon.Severity));

        stage.Clock.Ahead = TimeSpan.FromDays(21);
        await watch.LookAsync(default);
        await watch.LookAsync(default);
        var over = (await ListAsync(stage, "Certificate*"))[0];
        Assert.Equal(("CertificateExpired", Severity.Error), (over.Kind, over.Severity));
        Assert.Equal(2, (await ListAsync(stage, "Certificate*")).Count);
    }

    private static async Task<IReadOnlyList<EventView>> ListAsync(ServiceStage stage, string kind) => await stage.History.ListEventsAsync(Admin, new EventQuery { Kind = kind }, default);
}
