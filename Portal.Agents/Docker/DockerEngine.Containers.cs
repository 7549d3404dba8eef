using System.Text.Json;
using Portal.Agents.Docker.Json;
using Portal.Core.Engine;

namespace Portal.Agents.Docker;

internal sealed partial class DockerEngine
{
    private const int ListAttempts = 5;

    public async Task<IReadOnlyList<ContainerSummary>> ListContainersAsync(string? label, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var listed = await http.GetAsync("/containers/json?all=1" + EnginePaths.Filter('&', "label", label), EngineJson.Default.ListedContainers, cancellation);
                return Array.ConvertAll(listed, ContainerAnswers.Summary);
            }
            catch (EngineException e) when (e.Error == EngineError.NotFound && attempt < ListAttempts)
            {
                // An engine from which a container goes while it lists says that there is no such container: the next list is without it.
            }
        }
    }

    public async Task<ContainerDetails?> InspectContainerAsync(string idOrName, CancellationToken cancellation)
    {
        var inspected = await http.FindAsync($"/containers/{EnginePaths.Name(idOrName)}/json", EngineJson.Default.InspectedContainer, cancellation);
        return inspected is null ? null : ContainerAnswers.Details(inspected);
    }

    /// <summary>Engines of before 25 answer at the beginning of their next second only.</summary>
    public async Task<ContainerStats?> GetStatsAsync(string id, CancellationToken cancellation) =>
        StatsReading.Of(await http.FindLongAsync($"/containers/{EnginePaths.Name(id)}/stats?stream=false&one-shot=true", EngineJson.Default.StatsAnswer, cancellation));

    public async Task<string> CreateContainerAsync(ContainerRequest request, CancellationToken cancellation)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(ContainerBodies.From(request), EngineJson.Default.CreateContainerBody);
        var created = await http.PostAsync(
            $"/containers/create?name={EnginePaths.Name(request.Name)}", body, EngineJson.Default.CreatedAnswer, options.ChangeTimeout, cancellation);
        return created.Id is { Length: > 0 } id ? id : throw new EngineException(EngineError.Failed, "The engine created a container without an id.");
    }

    public Task StartContainerAsync(string id, CancellationToken cancellation) =>
        http.DoAsync(HttpMethod.Post, $"/containers/{EnginePaths.Name(id)}/start", options.StartTimeout, null, cancellation);

    public Task StopContainerAsync(string id, TimeSpan gracePeriod, CancellationToken cancellation) => http.DoLongAsync(
        $"/containers/{EnginePaths.Name(id)}/stop?t={EnginePaths.Seconds(gracePeriod)}",
        gracePeriod + options.StopMargin, EngineError.NotFound, cancellation);

    public Task RestartContainerAsync(string id, TimeSpan gracePeriod, CancellationToken cancellation) => http.DoLongAsync(
        $"/containers/{EnginePaths.Name(id)}/restart?t={EnginePaths.Seconds(gracePeriod)}",
        gracePeriod + options.StopMargin + options.StartTimeout, null, cancellation);

    /// <summary>The engine answers 409 when it does not run.</summary>
    public Task KillContainerAsync(string id, string signal, CancellationToken cancellation) => http.DoAsync(
        HttpMethod.Post, $"/containers/{EnginePaths.Name(id)}/kill?signal={EnginePaths.Name(signal)}",
        options.KillTimeout, EngineError.Conflict, cancellation);

    public async Task RemoveContainerAsync(string id, bool force, CancellationToken cancellation)
    {
        try
        {
            await http.DoAsync(HttpMethod.Delete, $"/containers/{EnginePaths.Name(id)}?v=1{(force ? "&force=1" : "")}",
                options.ChangeTimeout, EngineError.NotFound, cancellation);
        }
        catch (EngineException e) when (e.Error == EngineError.Conflict && e.Message.Contains("already in progress", StringComparison.Ordinal))
        {
            // Somebody else removes it just now.
        }
    }
}
