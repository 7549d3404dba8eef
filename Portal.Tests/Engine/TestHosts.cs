namespace Portal.Tests.Engine;

/// <summary>
/// The tests that use <see cref="TestHosts"/> are one collection: they freeze, cut off and kill engines, so they take turns.
/// Mark such a class with <c>[Collection(EngineCollection.Name), Trait("needs", "engine")]</c> and take a <see cref="TestHosts"/>
/// in its constructor.
/// </summary>
[CollectionDefinition(Name)]
public sealed class EngineCollection : ICollectionFixture<TestHosts>
{
    public const string Name = "engines";
}

/// <summary>
/// Real Docker engines on this machine, made by <c>scripts/testhosts.sh</c> once a run and left up afterwards. Where they cannot be
/// made, whoever asks for a host is skipped (with <c>CI=true</c>: fails) with the reason.
/// </summary>
public sealed class TestHosts : IAsyncLifetime
{
    public const int Count = 3;

    private const int TlsNumber = 9;
    private static readonly Lazy<Task<string?>> s_up = new(() => BringUpAsync("up", $"{Count}"));
    private static readonly Lazy<Task<string?>> s_tls = new(() => BringUpAsync("tls"));
    private string? _unavailable;

    public static string Net { get; } = Environment.GetEnvironmentVariable("PORTAL_TESTHOSTS_NET") is { Length: > 0 } net ? net : "77";

    public static string Folder { get; } = Environment.GetEnvironmentVariable("PORTAL_TESTHOSTS_DIR") is { Length: > 0 } folder
        ? folder
        : Net == "77" ? "/var/lib/portal-testhosts" : $"/var/lib/portal-testhosts-{Net}";

    /// <summary>Every host, in order of its number.</summary>
    public IReadOnlyList<TestHost> All => [.. Enumerable.Range(1, Count).Select(number => this[number])];

    /// <summary>Host <paramref name="number"/>, counted from 1.</summary>
    public TestHost this[int number]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(number, Count);
            Require(_unavailable);
            return new TestHost(number);
        }
    }

    /// <summary>One more engine that listens with mutual TLS only; its keys are in <see cref="TestTlsHost.Folder"/>.</summary>
    public async Task<TestTlsHost> TlsAsync()
    {
        Require(_unavailable ?? await s_tls.Value);
        return new TestTlsHost(TlsNumber);
    }

    /// <summary>SSH to host 1, whose <c>docker</c> is that host's.</summary>
    public TestSsh Ssh
    {
        get
        {
            Require(_unavailable ?? (File.Exists(Path.Combine(Folder, "ssh", "pid")) ? null : "Host 1 does not answer SSH: there is no sshd on this machine."));
            return new TestSsh(this[1].Address, Path.Combine(Folder, "ssh", "id_ed25519"), Path.Combine(Folder, "ssh", "known_hosts"));
        }
    }

    public async ValueTask InitializeAsync() => _unavailable = await s_up.Value;

    /// <summary>Repairs whatever a test left behind: engines run, thawed and connected.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_unavailable is null)
        {
            await CommandLine.RequireAsync(TestHost.Script, ["up", $"{Count}"]);
        }
    }

    private static void Require(string? unavailable)
    {
        if (unavailable is not null)
        {
            Needs.SkipOrFail(unavailable);
        }
    }

    // Null, or why there are no hosts.
    private static async Task<string?> BringUpAsync(params string[] arguments)
    {
        var result = await CommandLine.RunAsync(TestHost.Script, arguments);
        return result.ExitCode == 0 ? null : $"No test hosts: {result.Error.Trim()}";
    }
}

/// <summary>SSH as root: <c>ssh -i <paramref name="KeyFile"/> -o UserKnownHostsFile=<paramref name="KnownHostsFile"/> root@<paramref name="Address"/></c>.</summary>
public sealed record TestSsh(string Address, string KeyFile, string KnownHostsFile);
