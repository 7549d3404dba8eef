using System.Text.Json;
using Portal.Agents.Docker.Json;
using Portal.Core.Engine;

namespace Portal.Agents.Docker;

/// <summary>A Docker engine over its HTTP API. The parts of this class follow those of the interface.</summary>
internal sealed partial class DockerEngine(EngineHttp http, DockerEngineOptions options) : IContainerEngine
{
    // The engine looks for a network of that name and then makes one, without a lock in between.
    private readonly SemaphoreSlim _networkCreation = new(1);

    public Task PingAsync(CancellationToken cancellation) => http.PingAsync(cancellation);

    public async Task<EngineInfo> GetInfoAsync(CancellationToken cancellation)
    {
        var info = await http.GetAsync("/info", EngineJson.Default.InfoAnswer, cancellation);
        // The engine makes its default network anew at each start: its id tells one run from the next.
        var network = await http.FindAsync("/networks/bridge", EngineJson.Default.ListedNetwork, cancellation);
        return new EngineInfo
        {
            Version = info.ServerVersion ?? "",
            ApiVersion = await http.VersionAsync(cancellation),
            Os = info.OSType ?? "",
            Architecture = ImageArchitecture(info.Architecture ?? ""),
            OsName = info.OperatingSystem ?? "",
            MachineName = info.Name ?? "",
            Cpus = info.Cpus,
            MemoryBytes = info.MemTotal,
            Run = network?.Id,
            RootFolder = info.DockerRootDir ?? "",
        };
    }

    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The engine tells the kernel's name for the machine; images use another.</summary>
    private static string ImageArchitecture(string machine) => machine switch
    {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "armv7l" or "armv6l" or "armhf" => "arm",
        "i386" or "i686" => "386",
        _ => machine,
    };
}
