using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Portal.Agents.Docker.Json;
using Portal.Core.Engine;

namespace Portal.Agents.Docker;

internal sealed partial class DockerEngine
{
    public async Task<EngineImage?> InspectImageAsync(string reference, CancellationToken cancellation)
    {
        try
        {
            var image = await http.FindAsync($"/images/{EnginePaths.Reference(reference)}/json", EngineJson.Default.ListedImage, cancellation);
            return image is null ? null : Image(image);
        }
        catch (EngineException e) when (e.Error == EngineError.ImageUnavailable)
        {
            return null;
        }
    }

    public async Task<IReadOnlyList<EngineImage>> ListImagesAsync(CancellationToken cancellation) =>
        Array.ConvertAll(await http.GetAsync("/images/json", EngineJson.Default.ListedImages, cancellation), Image);

    public Task RemoveImageAsync(string reference, CancellationToken cancellation) => http.DoAsync(
        HttpMethod.Delete, $"/images/{EnginePaths.Reference(reference)}", options.ChangeTimeout, EngineError.ImageUnavailable, cancellation);

    public async IAsyncEnumerable<PullProgress> PullImageAsync(
        string reference, RegistryCredentials? credentials, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var (repository, tag) = EnginePaths.Split(reference);
        var path = $"/images/create?fromImage={Uri.EscapeDataString(repository)}&tag={Uri.EscapeDataString(tag)}";
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var response = await OpenPullAsync(path, credentials, cancellation);
        using var content = await response.Content.ReadAsStreamAsync(cancellation);
        var lines = JsonSerializer.DeserializeAsyncEnumerable(content, EngineJson.Default.PullLine, topLevelValues: true, silence.Token);
        await using var reader = lines.GetAsyncEnumerator(cancellation);
        while (await MoveNextAsync(reader, silence, cancellation))
        {
            if (reader.Current is not { } line) continue;
            if (line.Error is { } error) throw EngineFailures.OfPull(error);
            yield return new PullProgress(line.Id, line.Status ?? "", line.Detail?.Current, line.Detail?.Total);
        }
    }

    private async Task<HttpResponseMessage> OpenPullAsync(string path, RegistryCredentials? credentials, CancellationToken cancellation)
    {
        try
        {
            return await http.OpenAsync(HttpMethod.Post, path, options.PullSilence, credentials is null ? null : ("X-Registry-Auth", Encode(credentials)), cancellation);
        }
        catch (EngineException e) when (e.Error is EngineError.NotFound or EngineError.Denied or EngineError.Failed)
        {
            throw EngineFailures.OfPull(e.Message);
        }
    }

    /// <summary>The next line; an engine that says nothing for too long counts as gone.</summary>
    private async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<PullLine?> reader, CancellationTokenSource silence, CancellationToken cancellation)
    {
        silence.CancelAfter(options.PullSilence);
        try
        {
            var more = await reader.MoveNextAsync();
            // The caller may take its time with what it got.
            silence.CancelAfter(Timeout.InfiniteTimeSpan);
            return more;
        }
        catch (OperationCanceledException e) when (silence.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new EngineException(EngineError.Unreachable,
                $"The engine at {http.Address} said nothing of the pull for {options.PullSilence.TotalSeconds:0.#} s.", e);
        }
        catch (Exception e)
        {
            throw http.Translate(e, cancellation);
        }
    }

    /// <summary>Base64 for URLs, with its padding: the engine wants both.</summary>
    private static string Encode(RegistryCredentials credentials) => Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(
        new RegistryAuth(credentials.Username, credentials.Password, credentials.Registry), EngineJson.Default.RegistryAuth))
        .Replace('+', '-').Replace('/', '_');

    private static EngineImage Image(ListedImage image) => new(image.Id, Named(image.RepoTags), Named(image.RepoDigests), image.Size);

    /// <summary>Older engines write <c>&lt;none&gt;</c> for what has no name.</summary>
    private static ImmutableArray<string> Named(string[]? references) =>
        references is null ? [] : [.. references.Where(r => !r.Contains("<none>", StringComparison.Ordinal))];
}
