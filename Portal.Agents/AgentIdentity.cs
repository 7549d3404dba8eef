namespace Portal.Agents;

/// <summary>This process, as leases name it.</summary>
/// <param name="Name">Machine, process and a random part, so that no two are alike.</param>
public sealed record AgentIdentity(string Name)
{
    /// <summary>The machine it runs on.</summary>
    public string Machine => Name.Split('/')[0];

    /// <summary>The identity of this process.</summary>
    public static AgentIdentity Create() => new($"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid().ToString("N")[..6]}");
}
