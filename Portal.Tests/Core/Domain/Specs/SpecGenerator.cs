using System.Collections.Immutable;
using Portal.Core.Domain;

namespace Portal.Tests.Core.Domain.Specs;

/// <summary>Makes valid specs from a seed, with values that writers and readers like to get wrong.</summary>
internal sealed class SpecGenerator(int seed)
{
    private static readonly string[] Texts =
    [
        "", "x", " x", "x ", "true", "False", "null", "~", "yes", "No", "y", "8080", "007", "0x1F", "0o7", "1e3", ".5", ".inf", ".NaN", "-", "- a", "? a", "a: b", "a #b", "#",
        "<<", "=", "*a", "&a", "!a", "%a", "@a", "`a", "'", "\"", "\\", "{a}", "[a]", "a,b", "|", ">", "two\nlines\n", "\n", "\r\n", "tab\tx", "\u0001", "\u007F", "\u0085", "\u2028",
        "ä", "😀", "\uFEFF", "\uFFFE", "---", "...", "--- a", "a\n---\nb", "2001-01-01", "1:2:3", "$HOME", "${A}", "</script>", new string('w', 120) + " " + new string('v', 120),
    ];

    private readonly Random _random = new(seed);

    public AppSpec Spec()
    {
        var kind = Pick<HealthKind>();
        var spec = new AppSpec
        {
            Image = Pick("a", "nginx:1.27", "r.example.com:5000/team/app:v1@sha256:" + new string('a', 64)),
            Pull = Pick<PullPolicy>(),
            Kind = Pick(AppKind.Service, AppKind.Global),
            Entrypoint = Maybe(Words),
            Command = Maybe(Words),
            WorkingDir = Pick(null, "/", "/srv/app"),
            User = Pick(null, "0", "1000:1000", "www-data"),
            Env = Map(Texts.Where(t => t.Length > 0 && !t.Contains('=') && !t.Any(char.IsControl)).ToArray()),
            Network = Pick("bridge", "host"),
            Volumes = [.. Enumerable.Range(0, _random.Next(3)).Select(i => new VolumeSpec($"v{i}", $"/data/{i}", Flip(), Pick<OnHostLoss>()))],
            Sidecars = Flip() ? [] : [.. Enumerable.Range(0, _random.Next(3)).Select(i => Part($"s{i}", isSidecar: true))],
            InitContainers = Flip() ? [] : [.. Enumerable.Range(0, _random.Next(3)).Select(i => Part($"i{i}", isSidecar: false))],
            Resources = Resources(),
            Health = new HealthSpec
            {
                Kind = kind,
                Port = kind is HealthKind.Http or HealthKind.Tcp ? "probed" : Pick(null, "p0"),
                Path = Pick("/", "/up?x=1"),
                Headers = kind == HealthKind.Http && Flip() ? new HealthSpec().Headers.Add("X-Probe", Pick("", "1", "a: b")) : new HealthSpec().Headers,
                Match = kind == HealthKind.Http ? new HealthMatch { Status = Pick(StatusRanges.Default, Ranges("200"), Ranges("200-299,404")), Body = Flip() ? null : Pick(Texts.Where(t => t.Length > 0).ToArray()) } : new HealthMatch(),
                SuccessThreshold = kind is HealthKind.Http or HealthKind.Tcp ? _random.Next(1, 4) : 1,
                Command = kind == HealthKind.Command ? ["check", .. Words()] : null,
                Interval = Duration(100),
                Timeout = Duration(10),
                Retries = _random.Next(1, 9),
                StartPeriod = Duration(0),
                OnUnhealthy = Pick<OnUnhealthy>(),
            },
            Restart = new RestartSpec { Policy = Pick<RestartPolicy>(), MaxPerHost = _random.Next(1, 9), Window = TimeSpan.FromSeconds(_random.Next(1, 9000)) },
            Placement = new PlacementSpec
            {
                Strategy = Pick<PlacementStrategy>(),
                Constraints = Flip() ? [] : ["host.labels.zone == a", "host.name in ['a b', c]"],
                SpreadBy = Flip() ? [] : ["host.labels.zone", "host.labels.rack"],
                MaxPerHost = Pick<int?>(null, 1, 7),
            },
            Disruption = _random.Next(2) == 0 ? null : new CountOrPercent(_random.Next(0, 5)),
            Update = new UpdateSpec
            {
                Order = Pick<UpdateOrder>(),
                MaxSurge = new CountOrPercent(_random.Next(1, 100), Flip()),
                MaxUnavailable = new CountOrPercent(_random.Next(0, 100), Flip()),
                MinReady = Pick<TimeSpan?>(null, TimeSpan.FromSeconds(7)),
                ProgressDeadline = TimeSpan.FromMinutes(_random.Next(1, 90)),
                OnFailure = Pick<OnUpdateFailure>(),
            },
            Stop = new StopSpec { Signal = Pick("SIGTERM", "SIGINT", "37", "SIGRTMIN+3"), GracePeriod = Duration(0), Delay = TimeSpan.FromMilliseconds(Pick(0, 500, 90_000)) },
            Labels = Map("a", "com.example/x", "true", "12", "ä", "😀"),
        };
        if (Flip() && Flip())
        {
            spec = spec with { Kind = AppKind.Job, Job = Job(), Health = new HealthSpec(), Restart = new RestartSpec(), Update = new UpdateSpec() };
        }
        if (!spec.Volumes.IsEmpty)
        {
            spec = spec with { Sidecars = [.. spec.Sidecars.Select(s => s with { Volumes = [new MountSpec("v0", "/shared", Flip())] })] };
        }
        return spec with { Ports = spec.Health.IsProbed ? [.. Ports(spec.Network), new PortSpec("probed", 9000)] : Ports(spec.Network) };
    }

    public string Text() => Pick(Texts);

    private PartSpec Part(string name, bool isSidecar) => new()
    {
        Name = name,
        Image = Pick("a", "busybox:1"),
        Entrypoint = Maybe(Words),
        Command = Maybe(Words),
        User = Pick(null, "0"),
        Env = Map("A", "b.c"),
        Resources = Resources(),
        Health = isSidecar && Flip() ? new HealthSpec { Kind = HealthKind.Command, Command = ["check"], Interval = Duration(100), OnUnhealthy = Pick<OnUnhealthy>() } : new HealthSpec(),
    };

    public int Below(int bound) => _random.Next(bound);

    private ImmutableArray<PortSpec> Ports(string network) =>
    [
        .. Enumerable.Range(0, _random.Next(4)).Select(i =>
            new PortSpec($"p{i}", 8000 + i, Flip() ? null : network == "host" ? 8000 + i : 80 + i, Pick("tcp", "udp"), Flip())),
    ];

    private JobSpec Job() => new()
    {
        Completions = _random.Next(1, 9),
        Parallelism = _random.Next(1, 9),
        Retries = _random.Next(4),
        Deadline = Pick<TimeSpan?>(null, TimeSpan.FromMinutes(7)),
        Keep = Pick(TimeSpan.Zero, TimeSpan.FromHours(1)),
        Schedule = Pick(null, "*/5 * * * *", "@daily"),
        TimeZone = Pick("UTC", "Europe/Berlin"),
        Overlap = Pick<RunOverlap>(),
        Missed = Pick<MissedRuns>(),
    };

    private ResourcesSpec Resources() => new()
    {
        Reservations = new Resources(Pick(0, 0.1, 0.25, 1e-7), Pick(0L, 64L << 20, (64L << 20) + 1)),
        LimitCpus = Pick<double?>(null, 1, 2.5, 1.0 / 3),
        LimitMemoryBytes = Pick<long?>(null, 1L << 30, (1L << 30) + 1023),
    };

    private ImmutableSortedDictionary<string, string> Map(params string[] keys) =>
        keys.Where(_ => _random.Next(4) == 0).ToImmutableSortedDictionary(k => k, _ => Text(), StringComparer.Ordinal);

    private ImmutableArray<string> Words() => [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => Text())];

    private TimeSpan Duration(int min) => TimeSpan.FromMilliseconds(Pick(min, 500, 1000, 90_000, 120_000, 7_200_000));

    private ImmutableArray<string>? Maybe(Func<ImmutableArray<string>> make) => Flip() ? null : make();

    private static StatusRanges Ranges(string text) => StatusRanges.TryParse(text, out var ranges) ? ranges : throw new FormatException(text);

    private bool Flip() => _random.Next(2) == 0;

    private T Pick<T>(params T[] choices) => choices[_random.Next(choices.Length)];

    private T Pick<T>() where T : struct, Enum => Pick(Enum.GetValues<T>());
}
