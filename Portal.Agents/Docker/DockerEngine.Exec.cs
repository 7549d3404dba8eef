using System.Text.Json;
using Portal.Agents.Docker.Json;
using Portal.Core.Engine;

namespace Portal.Agents.Docker;

internal sealed partial class DockerEngine
{
    public async Task<IExecSession> ExecAsync(string id, ExecRequest request, CancellationToken cancellation)
    {
        int[] size = [request.Rows, request.Columns];
        var body = JsonSerializer.SerializeToUtf8Bytes(new CreateExecBody(request.Command, [.. request.Environment], size), EngineJson.Default.CreateExecBody);
        var created = await http.PostAsync($"/containers/{EnginePaths.Name(id)}/exec", body, EngineJson.Default.CreatedAnswer, options.ChangeTimeout, cancellation);
        var exec = created.Id is { Length: > 0 } made ? made : throw new EngineException(EngineError.Failed, "The engine made a command without an id.");
        var begin = JsonSerializer.SerializeToUtf8Bytes(new StartExecBody(size), EngineJson.Default.StartExecBody);
        var response = await http.HijackAsync($"/exec/{exec}/start", begin, options.StartTimeout, cancellation);
        var session = new DockerExec(http, options, exec, response, await response.Content.ReadAsStreamAsync(cancellation));
        await session.ResizeAsync(request.Columns, request.Rows, cancellation);
        return session;
    }
}

/// <summary>A command of a Docker engine, over the connection that it was begun by.</summary>
internal sealed class DockerExec(EngineHttp http, DockerEngineOptions options, string id, HttpResponseMessage response, Stream stream) : IExecSession
{
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        try
        {
            return await stream.ReadAsync(buffer, cancellation);
        }
        catch (Exception e)
        {
            throw http.Translate(e, cancellation);
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> typed, CancellationToken cancellation)
    {
        try
        {
            await stream.WriteAsync(typed, cancellation);
            await stream.FlushAsync(cancellation);
        }
        catch (Exception e)
        {
            throw http.Translate(e, cancellation);
        }
    }

    public async Task ResizeAsync(int columns, int rows, CancellationToken cancellation)
    {
        try
        {
            await http.DoAsync(HttpMethod.Post, $"/exec/{id}/resize?h={rows}&w={columns}", options.ReadTimeout, EngineError.NotFound, cancellation);
        }
        catch (EngineException e) when (e.Error is not EngineError.Unreachable)
        {
            // It has not quite begun, or it has ended: there is nothing to resize.
        }
    }

    public async Task<int?> GetExitCodeAsync(CancellationToken cancellation)
    {
        var seen = await http.FindAsync($"/exec/{id}/json", EngineJson.Default.InspectedExec, cancellation);
        return seen is { Running: false } ? seen.ExitCode : null;
    }

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        response.Dispose();
    }
}
