using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Portal.Tests.Engine;

/// <summary>
/// A registry in this process, as much of the Registry API as <c>docker push</c> and pull need, at an address that the test hosts
/// reach and hold for insecure. With a user and a password it wants them.
/// </summary>
public sealed class TestRegistry : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, byte[]> _blobs = new();
    private readonly ConcurrentDictionary<string, MemoryStream> _uploads = new();
    private readonly ConcurrentDictionary<string, (string Type, byte[] Content)> _manifests = new();
    private readonly WebApplication _app;
    private readonly string? _credentials;
    private TaskCompletionSource? _held;

    private TestRegistry(WebApplication app, string? credentials) => (_app, _credentials) = (app, credentials);

    /// <summary>As it stands at the beginning of an image's reference.</summary>
    public string Name { get; private set; } = "";

    /// <summary>How many manifests and blobs were asked for.</summary>
    public int Requests { get; private set; }

    public static async Task<TestRegistry> StartAsync(string? user = null, string? password = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://10.{TestHosts.Net}.0.1:0");
        builder.WebHost.ConfigureKestrel(k => k.Limits.MaxRequestBodySize = null);
        var registry = new TestRegistry(builder.Build(), user is null ? null : Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        registry._app.Run(registry.AnswerAsync);
        await registry._app.StartAsync();
        var address = registry._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        registry.Name = new Uri(address).Authority;
        return registry;
    }

    /// <summary>Puts an image of the host into this registry.</summary>
    /// <returns>Its reference, with the tag.</returns>
    public async Task<string> PushAsync(TestHost host, string image, string name)
    {
        var reference = $"{Name}/{name}";
        await host.DockerAsync("tag", image, reference);
        // A folder of its own, so that nobody else's log-ins are touched.
        var config = Directory.CreateTempSubdirectory("portal-docker");
        if (_credentials is not null)
        {
            var given = Encoding.UTF8.GetString(Convert.FromBase64String(_credentials)).Split(':', 2);
            await host.DockerAsync("--config", config.FullName, "login", "-u", given[0], "-p", given[1], Name);
        }
        await host.DockerAsync("--config", config.FullName, "push", "-q", reference);
        config.Delete(recursive: true);
        await host.DockerAsync("rmi", reference);
        return reference;
    }

    /// <summary>The same with a layer of its own, so that no host has all of it.</summary>
    public async Task<string> PushNewAsync(TestHost host, string image, string name)
    {
        var container = (await host.DockerAsync("run", "-d", "--entrypoint", "sh", image, "-c", $"echo {Guid.NewGuid()} > /new")).Trim();
        await host.DockerAsync("wait", container);
        var made = (await host.DockerAsync("commit", "--change", "CMD [\"/bin/web\"]", "--change", "ENTRYPOINT []", container)).Trim();
        await host.DockerAsync("rm", container);
        return await PushAsync(host, made, name);
    }

    /// <summary>The digest that a tag stands for.</summary>
    public string DigestOf(string name, string tag) => Digest(_manifests[$"{name}/{tag}"].Content);

    /// <summary>From now on blobs are not answered until what is returned is disposed.</summary>
    public IDisposable HoldBlobs()
    {
        _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return new Release(this);
    }

    private sealed class Release(TestRegistry registry) : IDisposable
    {
        public void Dispose() => registry._held?.TrySetResult();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        if (_credentials is not null && http.Request.Headers.Authorization != $"Basic {_credentials}")
        {
            http.Response.Headers.WWWAuthenticate = "Basic realm=\"test registry\"";
            await ErrorAsync(http, 401, "UNAUTHORIZED", "authentication required");
            return;
        }
        http.Response.Headers["Docker-Distribution-Api-Version"] = "registry/2.0";
        var path = http.Request.Path.Value!;
        if (path is "/v2/" or "/v2") return;
        var (name, kind, tail) = Parse(path);
        await (kind switch
        {
            "manifests" => ManifestAsync(http, name, tail),
            "blobs" when tail.StartsWith("uploads", StringComparison.Ordinal) => UploadAsync(http, name, tail["uploads".Length..].Trim('/')),
            "blobs" => BlobAsync(http, tail),
            _ => ErrorAsync(http, 404, "UNSUPPORTED", path),
        });
    }

    private static (string Name, string Kind, string Tail) Parse(string path)
    {
        foreach (var kind in (string[])["manifests", "blobs"])
        {
            var at = path.LastIndexOf($"/{kind}/", StringComparison.Ordinal);
            if (at > 3) return (path[4..at], kind, path[(at + kind.Length + 2)..]);
        }
        return ("", "", "");
    }

    private async Task ManifestAsync(HttpContext http, string name, string reference)
    {
        if (HttpMethods.IsPut(http.Request.Method))
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            var manifest = (http.Request.ContentType!, body.ToArray());
            _manifests[$"{name}/{reference}"] = _manifests[$"{name}/{Digest(manifest.Item2)}"] = manifest;
            http.Response.Headers["Docker-Content-Digest"] = Digest(manifest.Item2);
            http.Response.StatusCode = 201;
            return;
        }
        Requests++;
        if (!_manifests.TryGetValue($"{name}/{reference}", out var found))
        {
            await ErrorAsync(http, 404, "MANIFEST_UNKNOWN", "manifest unknown");
            return;
        }
        await SendAsync(http, found.Type, found.Content);
    }

    private async Task BlobAsync(HttpContext http, string digest)
    {
        if (!_blobs.TryGetValue(digest, out var blob))
        {
            await ErrorAsync(http, 404, "BLOB_UNKNOWN", "blob unknown");
            return;
        }
        Requests++;
        if (_held is { } held) await held.Task.WaitAsync(http.RequestAborted);
        await SendAsync(http, "application/octet-stream", blob);
    }

    private async Task UploadAsync(HttpContext http, string name, string id)
    {
        if (HttpMethods.IsPost(http.Request.Method)) id = Guid.NewGuid().ToString("N");
        var upload = _uploads.GetOrAdd(id, _ => new MemoryStream());
        await http.Request.Body.CopyToAsync(upload);
        if (http.Request.Query["digest"].FirstOrDefault() is { } digest)
        {
            _uploads.TryRemove(id, out _);
            if (Digest(upload.ToArray()) != digest)
            {
                await ErrorAsync(http, 400, "DIGEST_INVALID", "digest invalid");
                return;
            }
            _blobs[digest] = upload.ToArray();
            http.Response.Headers["Docker-Content-Digest"] = digest;
            http.Response.Headers.Location = $"/v2/{name}/blobs/{digest}";
            http.Response.StatusCode = 201;
            return;
        }
        http.Response.Headers.Location = $"http://{Name}/v2/{name}/blobs/uploads/{id}";
        http.Response.Headers.Range = $"0-{Math.Max(0, upload.Length - 1)}";
        http.Response.Headers["Docker-Upload-UUID"] = id;
        http.Response.StatusCode = 202;
    }

    private static async Task SendAsync(HttpContext http, string type, byte[] content)
    {
        http.Response.ContentType = type;
        http.Response.ContentLength = content.Length;
        http.Response.Headers["Docker-Content-Digest"] = Digest(content);
        if (!HttpMethods.IsHead(http.Request.Method)) await http.Response.Body.WriteAsync(content);
    }

    private static Task ErrorAsync(HttpContext http, int status, string code, string message)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync($$"""{"errors":[{"code":"{{code}}","message":"{{message}}"}]}""");
    }

    private static string Digest(byte[] content) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";

    public async ValueTask DisposeAsync()
    {
        _held?.TrySetResult();
        await _app.DisposeAsync();
    }
}
