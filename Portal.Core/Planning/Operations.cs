using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Engine;

namespace Portal.Core.Planning;

/// <summary>One idempotent step on one host.</summary>
public abstract record Operation
{
    /// <summary>Two operations of one key are never done at once.</summary>
    public abstract string Key { get; }

    /// <summary>For which instances it is done.</summary>
    public ImmutableArray<InstanceId> For { get; init; } = [];

    /// <summary>What it does, in a sentence.</summary>
    public abstract string Describe();

    /// <summary>Which of the instance's containers it is about.</summary>
    public string Part { get; init; } = InstanceParts.Main;

    /// <summary>The key of everything that is done to one container of an instance.</summary>
    public static string KeyOf(InstanceId instance, string part = InstanceParts.Main) =>
        part == InstanceParts.Main ? $"instance {instance.Value:N}" : $"instance {instance.Value:N} {part}";
}

/// <summary>Makes a team's network.</summary>
/// <param name="Network">Its name.</param>
/// <param name="Team">The team's name.</param>
/// <param name="Labels">Its labels.</param>
public sealed record EnsureNetwork(string Network, string Team, ImmutableDictionary<string, string> Labels) : Operation
{
    /// <inheritdoc/>
    public override string Key => $"network {Network}";
    /// <inheritdoc/>
    public override string Describe() => $"Make the network {Network} of team {Team}.";
}

/// <summary>Sees to it that an image is there.</summary>
/// <param name="Image">The reference.</param>
/// <param name="Team">The team whose credentials are used.</param>
/// <param name="Policy">When it is pulled.</param>
/// <param name="ResolvesAnew">Whether its tag is looked up though an image of that tag is there; where that fails, that image will do.</param>
public sealed record PullImage(string Image, TeamId Team, PullPolicy Policy, bool ResolvesAnew = false) : Operation
{
    /// <inheritdoc/>
    public override string Key => KeyOf(Image, Team);

    /// <summary>The key of the pull of an image with a team's credentials.</summary>
    public static string KeyOf(string image, TeamId team) => $"image {image} {team}";

    /// <inheritdoc/>
    public override string Describe() => $"Pull the image {Image}.";
}

/// <summary>Creates one of an instance's containers and starts it; one that is there already by the same instance and spec is adopted.</summary>
/// <param name="Instance">The instance.</param>
/// <param name="Request">The container.</param>
/// <param name="Volumes">What it needs first.</param>
/// <param name="Title">What people call the instance.</param>
public sealed record CreateAndStart(InstanceId Instance, ContainerRequest Request, ImmutableArray<VolumeRequest> Volumes, string Title) : Operation
{
    /// <inheritdoc/>
    public override string Key => KeyOf(Instance, Part);
    /// <inheritdoc/>
    public override string Describe() => $"Create and start {Title} from {Request.Image} as {Request.Name}.";
}

/// <summary>Starts a container that does not run: it was created and not started, or ended though it shall run.</summary>
/// <param name="Instance">The instance.</param>
/// <param name="ContainerId">Its container.</param>
/// <param name="Title">What people call the instance.</param>
public sealed record StartContainer(InstanceId Instance, string ContainerId, string Title) : Operation
{
    /// <inheritdoc/>
    public override string Key => KeyOf(Instance, Part);
    /// <inheritdoc/>
    public override string Describe() => Part == InstanceParts.Main ? $"Start {Title}, whose container was created and not started." : $"Start {Title}, which does not run.";
}

/// <summary>Restarts a container in place.</summary>
/// <param name="Instance">The instance.</param>
/// <param name="ContainerId">Its container.</param>
/// <param name="GracePeriod">Between its stop signal and SIGKILL.</param>
/// <param name="Title">What people call the instance.</param>
/// <param name="Reason">Why.</param>
public sealed record RestartContainer(InstanceId Instance, string ContainerId, TimeSpan GracePeriod, string Title, string Reason) : Operation
{
    /// <inheritdoc/>
    public override string Key => KeyOf(Instance, Part);
    /// <inheritdoc/>
    public override string Describe() => $"Restart {Title}: {Reason}.";
}

/// <summary>Stops a sidecar, or a container of a job, and leaves it for its output.</summary>
/// <param name="Instance">The instance.</param>
/// <param name="ContainerId">Its container.</param>
/// <param name="GracePeriod">Between its stop signal and SIGKILL.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Reason">Why.</param>
public sealed record StopContainer(InstanceId Instance, string ContainerId, TimeSpan GracePeriod, string Title, string Reason) : Operation
{
    /// <inheritdoc/>
    public override string Key => KeyOf(Instance, Part);
    /// <inheritdoc/>
    public override string Describe() => $"Stop {Title}: {Reason}.";
}

/// <summary>Stops a container and removes it.</summary>
/// <param name="ContainerId">Which.</param>
/// <param name="Name">Its name.</param>
/// <param name="Running">Whether it has to be stopped first.</param>
/// <param name="GracePeriod">Between its stop signal and SIGKILL.</param>
/// <param name="Reason">Why.</param>
public sealed record StopAndRemove(string ContainerId, string Name, bool Running, TimeSpan GracePeriod, string Reason) : Operation
{
    /// <inheritdoc/>
    public override string Key => For is [var instance] ? KeyOf(instance, Part) : $"container {ContainerId}";
    /// <inheritdoc/>
    public override string Describe() => $"{(Running ? "Stop and remove" : "Remove")} the container {Name}: {Reason}.";
}

/// <summary>Removes a volume that nobody wants any more.</summary>
/// <param name="Volume">Which.</param>
public sealed record RemoveVolume(UnwantedVolume Volume) : Operation
{
    /// <inheritdoc/>
    public override string Key => $"volume {Volume.EngineName}";
    /// <inheritdoc/>
    public override string Describe() => $"Remove the volume {Volume.EngineName}, as asked.";
}

/// <summary>Removes a team's network that no container uses any more.</summary>
/// <param name="Network">Its name.</param>
public sealed record RemoveNetwork(string Network) : Operation
{
    /// <inheritdoc/>
    public override string Key => $"network {Network}";
    /// <inheritdoc/>
    public override string Describe() => $"Remove the network {Network}, which nothing uses.";
}
