using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Portal.Agents.Docker.Json;
using Portal.Core.Engine;

namespace Portal.Agents.Docker;

internal sealed partial class DockerEngine
{
    public async Task<IReadOnlyList<EngineNetwork>> ListNetworksAsync(string? label, CancellationToken cancellation)
    {
        var listed = await http.GetAsync("/networks" + EnginePaths.Filter('?', "label", label), EngineJson.Default.ListedNetworks, cancellation);
        return Array.ConvertAll(listed, n => new EngineNetwork(n.Id, n.Name, n.Labels ?? ImmutableDictionary<string, string>.Empty));
    }

    public async Task CreateNetworkAsync(string name, IReadOnlyDictionary<string, string> labels, CancellationToken cancellation)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new CreateNetworkBody(EnginePaths.Name(name), CheckDuplicate: true, "bridge", labels), EngineJson.Default.CreateNetworkBody);
        await _networkCreation.WaitAsync(cancellation);
        try
        {
            await http.CallAsync(HttpMethod.Post, "/networks/create", body, EngineJson.Default.CreatedAnswer, options.ChangeTimeout, EngineError.Conflict, cancellation);
        }
        finally
        {
            _networkCreation.Release();
        }
    }

    public Task RemoveNetworkAsync(string name, CancellationToken cancellation) =>
        http.DoAsync(HttpMethod.Delete, $"/networks/{EnginePaths.Name(name)}", options.ChangeTimeout, EngineError.NotFound, cancellation);

    public async Task<IReadOnlyList<EngineVolume>> ListVolumesAsync(string? label, CancellationToken cancellation)
    {
        var answer = await http.GetAsync("/volumes" + EnginePaths.Filter('?', "label", label), EngineJson.Default.VolumesAnswer, cancellation);
        return Array.ConvertAll(answer.Volumes ?? [], Volume);
    }

    public async Task<EngineVolume> CreateVolumeAsync(string name, IReadOnlyDictionary<string, string> labels, CancellationToken cancellation)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new CreateVolumeBody(EnginePaths.Name(name), "local", labels), EngineJson.Default.CreateVolumeBody);
        return Volume(await http.PostAsync("/volumes/create", body, EngineJson.Default.ListedVolume, options.ChangeTimeout, cancellation));
    }

    public Task RemoveVolumeAsync(string name, CancellationToken cancellation) =>
        http.DoAsync(HttpMethod.Delete, $"/volumes/{EnginePaths.Name(name)}", options.ChangeTimeout, EngineError.NotFound, cancellation);

    private static EngineVolume Volume(ListedVolume listed) => new(
        listed.Name,
        listed.Labels ?? ImmutableDictionary<string, string>.Empty,
        DateTimeOffset.TryParse(listed.CreatedAt, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null);
}
