namespace Portal.Agents.Docker;

/// <summary>How long engine calls may take, and how many connections an engine gets.</summary>
public sealed record DockerEngineOptions
{
    /// <summary>To establish a connection.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);
    /// <summary>For a ping.</summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(5);
    /// <summary>For a list, an inspection, and until a log or event stream begins.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(10);
    /// <summary>To create or remove something.</summary>
    public TimeSpan ChangeTimeout { get; init; } = TimeSpan.FromSeconds(60);
    /// <summary>To start a container.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);
    /// <summary>To stop or restart a container, on top of its grace period.</summary>
    public TimeSpan StopMargin { get; init; } = TimeSpan.FromSeconds(10);
    /// <summary>To send a signal.</summary>
    public TimeSpan KillTimeout { get; init; } = TimeSpan.FromSeconds(10);
    /// <summary>How long a pull may go without a word of progress.</summary>
    public TimeSpan PullSilence { get; init; } = TimeSpan.FromMinutes(5);
    /// <summary>Calls to one engine at once; more wait. Streams, stops and restarts do not count.</summary>
    public int CallsPerHost { get; init; } = 64;
    /// <summary><c>ssh</c> processes to one host at once, at least 2: half for calls, half for streams, stops and restarts.</summary>
    public int SshProcessesPerHost { get; init; } = 16;
    /// <summary><c>ssh</c> processes to one host that may log in at once; a usual <c>sshd</c> drops some from the tenth on.</summary>
    public int SshLoginsAtOnce { get; init; } = 4;
    /// <summary>Folder that holds the <c>known_hosts</c> of SSH hosts, whose keys are taken at first contact; null for ssh's own.</summary>
    public string? SshFolder { get; init; }
    /// <summary>Key file for SSH; null for ssh's own choice (agent, default keys).</summary>
    public string? SshIdentityFile { get; init; }
}
