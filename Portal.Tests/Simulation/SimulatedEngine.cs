using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.Planning;

namespace Portal.Tests.Simulation;

/// <summary>One host's engine: its containers, images, networks and volumes, and what they do by themselves.</summary>
internal sealed partial class SimulatedEngine(World world, int number, HostId host, string name, string address)
{
    private readonly List<EngineEvent> _events = [];
    private readonly Dictionary<string, ImmutableDictionary<string, string>> _networks = [];
    private readonly Dictionary<string, EngineVolume> _volumes = [];
    private readonly HashSet<SimulatedImage> _images = [];
    private int _made;
    private int _nextPort = 32_768;

    public int Number => number;
    public HostId Host => host;
    public string Name => name;
    public string Address => address;
    public Dictionary<string, SimulatedContainer> Containers { get; } = [];
    public List<EventStream> Streams { get; } = [];
    /// <summary>Whether its machine runs.</summary>
    public bool IsUp { get; private set; } = true;

    private DateTimeOffset Now => world.Schedule.UtcNow;

    public EngineInfo Info { get; } = new() { Version = "27.0", ApiVersion = "1.47", Os = "linux", Architecture = "amd64", Cpus = 8, MemoryBytes = 16L << 30 };

    public SimulatedContainer? Find(string idOrName) => Containers.GetValueOrDefault(idOrName) ?? Containers.Values.FirstOrDefault(c => c.Name == idOrName);

    public string Create(ContainerRequest request)
    {
        if (Find(request.Name) is not null)
        {
            throw new EngineException(EngineError.Conflict, $"The container name {request.Name} is in use.");
        }
        var image = Image(request.Image) ?? throw new EngineException(EngineError.ImageUnavailable, $"No such image: {request.Image}");
        return Add(request, image).Id;
    }

    /// <summary>Makes a container, by whomever.</summary>
    public SimulatedContainer Add(ContainerRequest request, SimulatedImage image)
    {
        var container = new SimulatedContainer($"{number:x2}{++_made:x6}".PadRight(64, '0'), request, image, Now);
        Containers.Add(container.Id, container);
        world.Trace.Note("create", number, _made, $"{name}: {request.Name} is created from {image.Reference}.");
        Tell(container, "create");
        world.Promises.ContainerMade(this, container);
        return container;
    }

    public void Start(SimulatedContainer container, Action started, Action<Exception> refused)
    {
        if (container.IsRunning)
        {
            started();
            return;
        }
        if (container.Image.Conduct == Conduct.Unstartable)
        {
            (container.ExitCode, container.Error) = (127, "exec: not found");
            refused(new EngineException(EngineError.Failed, "exec: \"serve\": executable file not found in $PATH"));
            return;
        }
        if (container.Request.Ports.FirstOrDefault(p => p.HostPort != 0) is { } port && Containers.Values.Any(c => c != container && c.IsRunning && c.Request.Ports.Any(p => p.HostPort == port.HostPort)))
        {
            refused(new EngineException(EngineError.Conflict, $"Bind for {port.HostPort} failed: port is already allocated"));
            return;
        }
        if (!CanJoin(container))
        {
            refused(new EngineException(EngineError.Conflict, $"cannot join network of a non running container: {container.Request.NetworkOf}"));
            return;
        }
        container.WasStopped = false;
        world.Schedule.After(world.Faults.Moment(30, 200), () =>
        {
            if (IsUp && Containers.ContainsKey(container.Id) && !container.IsRunning && CanJoin(container))
            {
                Run(container);
            }
            started();
        });
    }

    public void Stop(SimulatedContainer container, Action stopped)
    {
        Tell(container, "kill", ("signal", "15"));
        container.WasStopped = true;
        if (!container.IsRunning)
        {
            // One that waits to be restarted is not restarted any more.
            container.State = container.State == "restarting" ? "exited" : container.State;
            stopped();
            return;
        }
        var run = container.Run;
        world.Schedule.After(world.Faults.Moment(50, 1_500), () =>
        {
            if (container.IsRunning && container.Run == run)
            {
                End(container, 0);
                Tell(container, "stop");
            }
            stopped();
        });
    }

    public void Remove(SimulatedContainer container, Action removed)
    {
        if (container.IsRunning)
        {
            Tell(container, "kill", ("signal", "9"));
            container.WasStopped = true;
            End(container, 137);
        }
        container.State = "removing";
        world.Schedule.After(world.Faults.Moment(10, 60), () =>
        {
            if (Containers.Remove(container.Id))
            {
                world.Trace.Note("remove", number, container.Run, $"{name}: {container.Name} is gone.");
                Tell(container, "destroy");
                world.Promises.Changed(container);
            }
            removed();
        });
    }

    public void Pull(string reference, Action pulled, Action<Exception> refused) => world.Schedule.After(world.Faults.PullTime(this), () =>
    {
        if (SimulatedImage.Of(world.TagOf(reference)) is { Conduct: not Conduct.Missing } image)
        {
            world.Publish(image);
            _images.Add(image);
            pulled();
            return;
        }
        refused(new EngineException(EngineError.ImageUnavailable, $"manifest for {reference} not found"));
    });

    public SimulatedImage? Image(string reference) => _images.FirstOrDefault(i => i.Reference == reference || i.Digest == reference);

    public IReadOnlyList<EngineImage> Images() => [.. _images.Select(Describe)];

    public static EngineImage Describe(SimulatedImage image) => new(image.Digest, [image.Reference], [image.Digest], 1_000_000);

    public IReadOnlyList<EngineNetwork> Networks() => [.. _networks.Select(n => new EngineNetwork(n.Key, n.Key, n.Value))];

    public void AddNetwork(string network, IReadOnlyDictionary<string, string> labels) => _networks.TryAdd(network, labels.ToImmutableDictionary());

    public void RemoveNetwork(string network) => _networks.Remove(network);

    public IReadOnlyList<EngineVolume> Volumes() => [.. _volumes.Values];

    public EngineVolume AddVolume(string volume, IReadOnlyDictionary<string, string> labels)
    {
        _volumes.TryAdd(volume, new EngineVolume(volume, labels.ToImmutableDictionary(), Now));
        return _volumes[volume];
    }

    public EventStream Subscribe(DateTimeOffset? since)
    {
        var stream = new EventStream();
        foreach (var happened in _events.Where(e => since is not null && e.At >= since).ToList())
        {
            stream.Put(happened);
        }
        Streams.Add(stream);
        return stream;
    }

    public void BreakStreams()
    {
        foreach (var stream in Streams.ToList())
        {
            Streams.Remove(stream);
            stream.Break();
        }
    }

    private bool CanJoin(SimulatedContainer container) => container.Request.NetworkOf is not { } other || Find(other) is { IsRunning: true };

    /// <summary>An engine does not try again to start what it could not.</summary>
    private void RunOrGiveUp(SimulatedContainer container)
    {
        if (CanJoin(container))
        {
            Run(container);
            return;
        }
        (container.State, container.Error) = ("exited", "cannot join network of a non running container");
        world.Promises.Changed(container);
    }

    private void Run(SimulatedContainer container)
    {
        container.Joined = container.Request.NetworkOf is { } other ? Find(other)!.Run : 0;
        (container.State, container.StartedAt, container.ExitCode, container.Error, container.IsSick) = ("running", Now, 0, "", false);
        container.Run++;
        container.FirstPort = _nextPort;
        _nextPort += Math.Max(1, container.Request.Ports.Length);
        world.Trace.Note("start", number, container.Run, $"{name}: {container.Name} runs.");
        Tell(container, "start");
        world.Promises.Changed(container);
        var run = container.Run;
        if (container.Image.Conduct == Conduct.Crashing)
        {
            world.Schedule.After(world.Faults.Moment(20, 300), () =>
            {
                if (container.IsRunning && container.Run == run)
                {
                    Crash(container, 1);
                }
            });
        }
        else if (container.Image.Conduct == Conduct.Ending)
        {
            world.Schedule.After(world.Faults.Moment(100, 2_000), () =>
            {
                if (container.IsRunning && container.Run == run)
                {
                    Crash(container, 0);
                }
            });
        }
        else if (container.Request.HealthCheck is { } check)
        {
            world.Schedule.After(TimeSpan.FromSeconds(1), () => WatchHealth(container, run, container.HealthWord(Now), check.Interval));
        }
    }

    private void WatchHealth(SimulatedContainer container, int run, string? before, TimeSpan interval)
    {
        if (!container.IsRunning || container.Run != run)
        {
            return;
        }
        var word = container.HealthWord(Now);
        if (word != before || word == "healthy")
        {
            TellHealth(container);
        }
        if (word != "healthy")
        {
            world.Schedule.After(interval, () => WatchHealth(container, run, word, interval));
        }
    }

    private void End(SimulatedContainer container, int code)
    {
        (container.State, container.ExitCode, container.FinishedAt) = ("exited", code, Now);
        container.Run++;
        world.Trace.Note("die", number, code, $"{name}: {container.Name} ends with code {code}.");
        Tell(container, "die", ("exitCode", code.ToString()));
        world.Promises.Changed(container);
    }

    private void TellHealth(SimulatedContainer container)
    {
        world.Promises.Changed(container);
        if (container.IsRunning && container.HealthWord(Now) is { } word)
        {
            Tell(container, "health_status", ("health", word));
        }
    }

    private void Tell(SimulatedContainer container, string action, params (string Key, string Value)[] more)
    {
        var happened = new EngineEvent(action, container.Id, container.Labels.AddRange(more.Select(m => KeyValuePair.Create(m.Key, m.Value))), Now);
        _events.Add(happened);
        if (_events.Count > 256)
        {
            _events.RemoveAt(0);
        }
        var times = world.Faults.TimesHeard(this);
        foreach (var stream in Streams.ToList())
        {
            for (var i = 0; i < times; i++)
            {
                stream.Put(happened);
            }
        }
    }
}
