using Portal.Core.Engine;

namespace Portal.Agents.Docker.Transport;

/// <summary>Tells from what <c>ssh</c> said why a connection ended. First match counts.</summary>
internal static class SshFailures
{
    private static readonly (string Sign, EngineError Error, string Words)[] Signs =
    [
        ("host key verification failed", EngineError.InvalidEndpoint, "The host's SSH key is not the one that was known before."),
        ("remote host identification has changed", EngineError.InvalidEndpoint, "The host's SSH key is not the one that was known before."),
        ("docker daemon socket", EngineError.Denied, "That user may not use the Docker engine there."),
        ("permission denied", EngineError.Denied, "The host refused our SSH key or user."),
        ("too many authentication failures", EngineError.Denied, "The host refused our SSH keys."),
        ("command not found", EngineError.Unsupported, "There is no docker command on the far side."),
        ("docker: not found", EngineError.Unsupported, "There is no docker command on the far side."),
        ("no such identity", EngineError.InvalidEndpoint, "The SSH key file is not there."),
        ("could not resolve", EngineError.Unreachable, "The host's name is unknown."),
        ("connection refused", EngineError.Unreachable, "Nothing answers SSH there."),
        ("cannot connect to the docker daemon", EngineError.Unreachable, "SSH works, but no engine runs there."),
    ];

    public static EngineException Explain(EngineAddress address, string said)
    {
        said = said.Trim();
        foreach (var (sign, error, words) in Signs)
            if (said.Contains(sign, StringComparison.OrdinalIgnoreCase))
                return new EngineException(error, $"{address}: {words} (ssh: {LastLine(said)})");
        return new EngineException(EngineError.Unreachable, said.Length == 0
            ? $"{address}: the SSH connection ended."
            : $"{address}: the SSH connection failed (ssh: {LastLine(said)})");
    }

    private static string LastLine(string said) => said[(said.LastIndexOf('\n') + 1)..].Trim();
}
