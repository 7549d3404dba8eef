using System.Runtime.CompilerServices;
using Portal.Core.Engine;
using Portal.Core.Planning;

namespace Portal.Tests.Simulation;

/// <summary>Connects one process with the engines.</summary>
internal sealed class SimulatedEngines(World world, SimulatedProcess process) : IContainerEngineFactory
{
    public IContainerEngine Connect(EngineEndpoint endpoint) => new EngineClient(world, process, world.Engines.First(e => endpoint.Address == $"tcp://{e.Address}:2375"));
}

/// <summary>An engine as one process reaches it. What was asked is done even if the one who asked is gone, and its answer may be lost.</summary>
internal sealed class EngineClient(World world, SimulatedProcess process, SimulatedEngine engine) : IContainerEngine
{
    private static readonly TimeSpan Ping = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Read = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Change = TimeSpan.FromSeconds(60);

    public Task PingAsync(CancellationToken cancellation) => AskAsync("ping", Ping, () => true, cancellation);

    public Task<EngineInfo> GetInfoAsync(CancellationToken cancellation) => AskAsync("info", Read, () => engine.Info, cancellation);

    public Task<IReadOnlyList<ContainerSummary>> ListContainersAsync(string? label, CancellationToken cancellation) =>
        AskAsync<IReadOnlyList<ContainerSummary>>("list", Read, () => [.. engine.Containers.Values.Select(c => c.Summary(world.Schedule.UtcNow))], cancellation);

    public Task<ContainerDetails?> InspectContainerAsync(string idOrName, CancellationToken cancellation) =>
        AskAsync("inspect", Read, () => engine.Find(idOrName)?.Details(world.Schedule.UtcNow), cancellation);

    public Task<string> CreateContainerAsync(ContainerRequest request, CancellationToken cancellation)
    {
        world.Promises.Acting(process, engine, "creates", null, cancellation);
        return AskAsync("create", Change, () =>
        {
            var id = engine.Create(request);
            world.Plant.Made(world, engine, request);
            return id;
        }, cancellation);
    }

    public Task StartContainerAsync(string id, CancellationToken cancellation) =>
        ChangeAsync("start", "starts", id, Change, (container, call) => engine.Start(container, () => call.Answer(true), call.Refuse), mustBeThere: true, cancellation);

    public Task StopContainerAsync(string id, TimeSpan gracePeriod, CancellationToken cancellation) =>
        ChangeAsync("stop", "stops", id, gracePeriod + Read, (container, call) => engine.Stop(container, () => call.Answer(true)), mustBeThere: false, cancellation);

    public Task RestartContainerAsync(string id, TimeSpan gracePeriod, CancellationToken cancellation) => ChangeAsync("restart", "restarts", id, gracePeriod + Read,
        (container, call) => engine.Stop(container, () => engine.Start(container, () => call.Answer(true), call.Refuse)), mustBeThere: true, cancellation);

    public Task KillContainerAsync(string id, string signal, CancellationToken cancellation) => throw new NotSupportedException("Workers kill nothing.");

    public Task RemoveContainerAsync(string id, bool force, CancellationToken cancellation) =>
        ChangeAsync("remove", "removes", id, Change, (container, call) => engine.Remove(container, () => call.Answer(true)), mustBeThere: false, cancellation);

    public Task<ContainerStats?> GetStatsAsync(string id, CancellationToken cancellation) => throw new NotSupportedException("Workers measure nothing.");

    public async IAsyncEnumerable<LogLine> ReadLogsAsync(string id, LogQuery query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await AskAsync("logs", Read, () => true, cancellation);
        yield return new LogLine(world.Schedule.UtcNow, true, "something went wrong");
    }

    public Task<IExecSession> ExecAsync(string id, ExecRequest request, CancellationToken cancellation) => throw new NotSupportedException("Workers open no console.");

    public Task<IReadOnlyList<EngineNetwork>> ListNetworksAsync(string? label, CancellationToken cancellation) => AskAsync("networks", Read, engine.Networks, cancellation);

    public Task CreateNetworkAsync(string name, IReadOnlyDictionary<string, string> labels, CancellationToken cancellation) => AskAsync("network", Change, () =>
    {
        engine.AddNetwork(name, labels);
        return true;
    }, cancellation);

    public Task RemoveNetworkAsync(string name, CancellationToken cancellation) => AskAsync("network", Change, () =>
    {
        engine.RemoveNetwork(name);
        return true;
    }, cancellation);

    public Task<IReadOnlyList<EngineVolume>> ListVolumesAsync(string? label, CancellationToken cancellation) => AskAsync("volumes", Read, engine.Volumes, cancellation);

    public Task<EngineVolume> CreateVolumeAsync(string name, IReadOnlyDictionary<string, string> labels, CancellationToken cancellation) =>
        AskAsync("volume", Change, () => engine.AddVolume(name, labels), cancellation);

    public Task RemoveVolumeAsync(string name, CancellationToken cancellation) => throw new NotSupportedException("No simulated user has volumes removed.");

    public Task<EngineImage?> InspectImageAsync(string reference, CancellationToken cancellation) =>
        AskAsync("image", Read, () => engine.Image(reference) is { } image ? SimulatedEngine.Describe(image) : null, cancellation);

    public Task<IReadOnlyList<EngineImage>> ListImagesAsync(CancellationToken cancellation) => AskAsync("images", Read, engine.Images, cancellation);

    public async IAsyncEnumerable<PullProgress> PullImageAsync(string reference, RegistryCredentials? credentials, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await MakeAsync<bool>("pull", TimeSpan.FromMinutes(5), call => engine.Pull(reference, () => call.Answer(true), call.Refuse), cancellation);
        yield break;
    }

    public Task RemoveImageAsync(string reference, CancellationToken cancellation) => throw new NotSupportedException("Workers remove no images.");

    public async IAsyncEnumerable<EngineEvent> WatchEventsAsync(DateTimeOffset? since, Action? subscribed, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var stream = await AskAsync("events", Read, () => engine.Subscribe(since), cancellation);
        try
        {
            subscribed?.Invoke();
            while (true)
            {
                yield return await stream.NextAsync(cancellation);
            }
        }
        finally
        {
            engine.Streams.Remove(stream);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task ChangeAsync(string verb, string does, string id, TimeSpan patience, Action<SimulatedContainer, Call<bool>> change, bool mustBeThere, CancellationToken cancellation)
    {
        id = verb == "remove" ? world.Plant.Target(world, engine, id) : id;
        world.Promises.Acting(process, engine, does, engine.Find(id), cancellation);
        return MakeAsync<bool>(verb, patience, call =>
        {
            if (engine.Find(id) is { } container)
            {
                change(container, call);
            }
            else if (mustBeThere)
            {
                call.Refuse(new EngineException(EngineError.NotFound, $"No such container: {id[..8]}"));
            }
            else
            {
                call.Answer(true);
            }
        }, cancellation);
    }

    private Task<T> AskAsync<T>(string verb, TimeSpan patience, Func<T> work, CancellationToken cancellation) => MakeAsync<T>(verb, patience, call => call.Answer(work()), cancellation);

    private Task<T> MakeAsync<T>(string verb, TimeSpan patience, Action<Call<T>> begin, CancellationToken cancellation) =>
        Call<T>.MakeAsync(world.Schedule, world.Faults.OfEngineCall(process, engine, verb), patience, call =>
            {
                if (world.Faults.RefusalOf(engine, verb) is { } refusal)
                {
                    call.Refuse(refusal);
                }
                else
                {
                    begin(call);
                }
            },
            () => new EngineException(EngineError.Unreachable, $"The engine of {engine.Name} did not answer."), cancellation);
}
