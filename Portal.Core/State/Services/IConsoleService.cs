using Portal.Core.Domain;
using Portal.Core.Engine;

namespace Portal.Core.State.Services;

/// <summary>Opens consoles in containers: who may, how many at once, and what the audit keeps of each.</summary>
public interface IConsoleService
{
    /// <summary>How long nothing may be typed.</summary>
    TimeSpan Idle { get; }

    /// <summary>Refuses who may not open a console there; changes nothing, and is not audited.</summary>
    /// <exception cref="RefusedException">They may not, or there is nothing to open it in.</exception>
    Task CheckAsync(Actor actor, string team, string app, InstanceId instance, CancellationToken cancellation);

    /// <summary>Begins a command with a terminal; the audit says so, also of a refusal.</summary>
    /// <exception cref="RefusedException">They may not, there is nothing to open it in, or there are too many.</exception>
    Task<ConsoleSession> OpenAsync(Actor actor, string team, string app, InstanceId instance, ConsoleRequest request, CancellationToken cancellation);
}

/// <summary>Which console is wanted.</summary>
/// <param name="Container">In which of the instance's containers; null for the main one.</param>
/// <param name="Command">What is begun, as typed; null for <c>/bin/sh</c>.</param>
/// <param name="Columns">The terminal's width in characters.</param>
/// <param name="Rows">Its height.</param>
public sealed record ConsoleRequest(string? Container, string? Command, int Columns, int Rows);

/// <summary>Bounds of consoles.</summary>
public sealed class ConsoleOptions
{
    /// <summary>How long nothing may be typed.</summary>
    public TimeSpan Idle { get; set; } = TimeSpan.FromMinutes(15);
    /// <summary>Of one user or token at once.</summary>
    public int MostOfOne { get; set; } = 5;
    /// <summary>Of this process at once.</summary>
    public int MostOfAll { get; set; } = 50;
}

/// <summary>Begins commands in containers on their hosts.</summary>
public interface IHostConsoles
{
    /// <summary>Begins a command with a terminal.</summary>
    /// <exception cref="EngineException">The host cannot be reached, is unknown, or the container does not run.</exception>
    Task<IExecSession> OpenAsync(HostId host, string containerId, ExecRequest request, CancellationToken cancellation);
}
