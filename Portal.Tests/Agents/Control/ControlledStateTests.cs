using Portal.Agents.Control;
using Portal.Core.Domain;
using Portal.Core.Reconciliation;
using Portal.Core.State.Readers;

namespace Portal.Tests.Agents.Control;

public class ControlledStateTests
{
    private static readonly AppId s_app = new(Guid.Parse("00000000-0000-0000-0000-00000000000a"));

    [Fact]
    public async Task An_app_that_comes_during_a_full_pass_is_not_read_without_the_epochs_of_its_name()
    {
        var reader = new Reader();
        var state = new ControlledState(reader);
        var loading = state.LoadAppsAsync(null, TestContext.Current.CancellationToken);
        // The app is created while the pass is under way, and seen by the read of apps.
        reader.IsCreated = true;
        reader.Apps.SetResult();
        await loading;
        Assert.Equal(7, state.Find(s_app)!.Epochs[1]);
    }

    /// <summary>A store in which one app appears while it is read; what a read sees is what is there when it begins, but for apps.</summary>
    private sealed class Reader : IControlReader
    {
        public bool IsCreated { get; set; }

        public TaskCompletionSource Apps { get; } = new();

        public async Task<Dictionary<AppId, ControlledApp>> ReadAppsAsync(Guid[]? ids, CancellationToken cancellation)
        {
            await Apps.Task;
            return new() { [s_app] = new ControlledApp(new AppInput { Id = s_app, Spec = new AppSpec { Image = "a" } }, new TeamId(Guid.Empty), "crew", "web", null, 0) };
        }

        public Task<ILookup<AppId, (int Slot, long Epoch)>> ReadEpochsAsync(Guid[]? ids, CancellationToken cancellation) =>
            Task.FromResult((IsCreated ? new[] { (Slot: 1, Epoch: 7L) } : []).ToLookup(_ => s_app));

        public Task<Dictionary<HostId, ControlledHost>> ReadHostsAsync(CancellationToken cancellation) => Task.FromResult(new Dictionary<HostId, ControlledHost>());

        public Task<ILookup<AppId, InstanceInput>> ReadInstancesAsync(Guid[]? ids, CancellationToken cancellation) => None<InstanceInput>();

        public Task<Dictionary<(AppId, int), AppSpec>> ReadSpecsAsync(Guid[]? ids, CancellationToken cancellation) => Task.FromResult(new Dictionary<(AppId, int), AppSpec>());

        public Task<ILookup<AppId, RevisionImage>> ReadImagesAsync(Guid[]? ids, CancellationToken cancellation) => None<RevisionImage>();

        public Task<ILookup<AppId, PulledImage>> ReadPullsAsync(Guid[]? ids, CancellationToken cancellation) => None<PulledImage>();

        public Task<ILookup<AppId, (int Slot, string Volume, HostId Host)>> ReadVolumesAsync(Guid[]? ids, CancellationToken cancellation) => None<(int, string, HostId)>();

        public Task<Dictionary<AppId, JobRecord>> ReadJobsAsync(Guid[]? ids, CancellationToken cancellation) => Task.FromResult(new Dictionary<AppId, JobRecord>());

        public Task<ILookup<AppId, SlotFailure>> ReadFailuresAsync(Guid[]? ids, CancellationToken cancellation) => None<SlotFailure>();

        private static Task<ILookup<AppId, T>> None<T>() => Task.FromResult(Array.Empty<T>().ToLookup(_ => s_app));
    }
}
