using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.State.Model;
using Portal.Core.State.Readers;
using Portal.Core.State.Views;

namespace Portal.Core.State.Services;

/// <inheritdoc/>
internal sealed class ConsoleService(ServiceStore store, ViewReader views, IHostConsoles hosts, IOptions<ConsoleOptions> options, TimeProvider time, ILogger<ConsoleService> log) : IConsoleService
{
    private static readonly TimeSpan ToHangUp = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<Guid, string> _open = [];
    private readonly Lock _gate = new();

    /// <inheritdoc/>
    public TimeSpan Idle => options.Value.Idle;

    /// <inheritdoc/>
    public async Task CheckAsync(Actor actor, string team, string app, InstanceId instance, CancellationToken cancellation)
    {
        var (_, row) = await store.ReadAsync(db => Access.FindAppAsync(db, actor, team, app, TeamRole.Deployer, locks: false, cancellation), cancellation);
        await FindAsync(row, instance, null, cancellation);
    }

    /// <inheritdoc/>
    public async Task<ConsoleSession> OpenAsync(Actor actor, string team, string app, InstanceId instance, ConsoleRequest request, CancellationToken cancellation)
    {
        var (id, target, began) = (Guid.NewGuid(), $"{team}/{app}", time.GetTimestamp());
        var command = ConsoleCommand.Parse(request.Command);
        string title = "";
        try
        {
            var place = await store.ChangeAsync(actor, "console.open", target, async change =>
            {
                var (_, row) = await Access.FindAppAsync(change.Db, actor, team, app, TeamRole.Deployer, locks: false, cancellation);
                var (view, container) = await FindAsync(row, instance, request.Container, cancellation);
                Take(id, actor);
                title = $"{app}.{view.Slot} (instance {view.Id}), container {container.Name} {container.ContainerId![..Math.Min(12, container.ContainerId!.Length)]} on host {view.Host}: {string.Join(' ', command)}";
                change.Detail = title;
                return (Host: view.HostId!.Value, Container: container.ContainerId!);
            }, cancellation);
            var mark = $"PORTAL_CONSOLE={id:N}";
            var exec = await hosts.OpenAsync(place.Host, place.Container, new ExecRequest(command, [mark, "TERM=xterm-256color"], request.Columns, request.Rows), cancellation);
            return new ConsoleSession(exec, title, async (reason, exitCode) =>
            {
                await EndAsync(exec, place.Host, place.Container, mark, exitCode);
                _open.TryRemove(id, out _);
                await AuditEndAsync(actor, target, $"{title}; open for {Words(time.GetElapsedTime(began))}; {(exitCode is { } code ? $"exit code {code}; " : "")}{reason}");
            });
        }
        catch (Exception e)
        {
            _open.TryRemove(id, out _);
            if (e is not EngineException failure)
            {
                throw;
            }
            await AuditEndAsync(actor, target, $"{title}; it did not begin: {failure.Message}");
            throw new RefusedException(RefusalKind.Unprocessable, $"The console could not be opened: {failure.Message}");
        }
    }

    private async Task<(InstanceView Instance, ContainerView Container)> FindAsync(AppRow app, InstanceId id, string? container, CancellationToken cancellation)
    {
        var instance = await store.GuardAsync(() => views.ReadInstanceAsync(app.Id, id, cancellation)) ?? throw RefusedException.NotFound($"instance {id} of {app.Name}");
        var name = container ?? InstanceParts.Main;
        if (instance.EndedAt is not null || instance.HostId is null)
        {
            throw new RefusedException(RefusalKind.Conflict, instance.EndedAt is not null ? "This instance has ended." : "This instance has no host yet.");
        }
        var found = instance.Containers.FirstOrDefault(c => c.Name == name) ?? throw RefusedException.NotFound($"container {name} of {app.Name}");
        return found.ContainerId is not null ? (instance, found) : throw new RefusedException(RefusalKind.Conflict, $"The container {name} was not created yet.");
    }

    private void Take(Guid id, Actor actor)
    {
        lock (_gate)
        {
            if (_open.ContainsKey(id))
            {
                return;
            }
            if (_open.Values.Count(name => name == actor.Name) >= options.Value.MostOfOne)
            {
                throw new RefusedException(RefusalKind.Conflict, $"You have {options.Value.MostOfOne} consoles open; close one first.");
            }
            if (_open.Count >= options.Value.MostOfAll)
            {
                throw new RefusedException(RefusalKind.Conflict, $"{options.Value.MostOfAll} consoles are open here, and no more are allowed at once.");
            }
            _open[id] = actor.Name;
        }
    }

    // An engine lets a command run on when its terminal goes: everything that the console began carries its mark, and is hung up.
    private async Task EndAsync(IExecSession exec, HostId host, string container, string mark, int? exitCode)
    {
        await exec.DisposeAsync();
        if (exitCode is not null)
        {
            return;
        }
        var hangUp = $"for p in /proc/[0-9]*; do case \"$(tr '\\0' '\\n' < $p/environ 2>/dev/null)\" in *{mark}*) kill -HUP ${{p#/proc/}};; esac; done";
        using var patience = new CancellationTokenSource(ToHangUp, time);
        try
        {
            await using var sweep = await hosts.OpenAsync(host, container, new ExecRequest(["/bin/sh", "-c", hangUp], [], 80, 24), patience.Token);
            var spill = new byte[1024];
            while (await sweep.ReadAsync(spill, patience.Token) > 0)
            {
            }
        }
        catch (Exception e) when (e is EngineException or OperationCanceledException)
        {
            log.LogInformation("What a console began in container {Container} may run on: {Reason}", container, e.Message);
        }
    }

    private async Task AuditEndAsync(Actor actor, string target, string detail)
    {
        try
        {
            await store.ChangeAsync(actor, "console.close", target, change =>
            {
                change.Detail = detail;
                return Task.FromResult(true);
            }, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            log.LogWarning("The end of a console of {Actor} could not be kept: {Detail}", actor.Name, detail);
        }
    }

    private static string Words(TimeSpan span) => span < TimeSpan.FromMinutes(2) ? $"{span.TotalSeconds:0} s" : $"{span.TotalMinutes:0} min";
}
