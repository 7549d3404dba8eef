namespace Portal.Core.Domain;

/// <summary>What went wrong with an instance, as decisions need to know it.</summary>
public enum InstanceFailure
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>Its container was removed by someone else.</summary>
    RemovedOutside,
    /// <summary>Its container was stopped or killed by someone else, or the engine will not restart it.</summary>
    StoppedOutside,
    /// <summary>It ended and its restart policy lets it be.</summary>
    Exited,
    /// <summary>It keeps ending soon after its start.</summary>
    CrashLoop,
    /// <summary>It was unhealthy for too long and its policy says to replace it.</summary>
    Unhealthy,
    /// <summary>The host cannot do it (no space left, pull denied, image absent, port in use): not a crash.</summary>
    EngineTrouble,
    /// <summary>Another container of the same name is in the way.</summary>
    NameTaken,
}
