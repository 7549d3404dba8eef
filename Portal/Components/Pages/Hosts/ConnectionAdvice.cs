namespace Portal.Components.Pages.Hosts;

/// <summary>What to do when an engine cannot be reached, from the words it failed with.</summary>
public static class ConnectionAdvice
{
    public static string For(string endpoint, string message)
    {
        bool Says(params ReadOnlySpan<string> words)
        {
            foreach (var word in words)
            {
                if (message.Contains(word, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
            return false;
        }

        if (endpoint.StartsWith("unix:", StringComparison.OrdinalIgnoreCase))
        {
            return Says("permission", "denied") ? "Let the user that runs Portal into the group that owns the socket (usually docker)."
                : Says("no such file", "cannot assign", "refused", "not found") ? "Start the engine on this machine, or correct the socket's path."
                : "";
        }
        if (Says("certificate", "tls", "ssl", "handshake", "x509"))
        {
            return "Check that the authority signed the engine's certificate, that the certificate names this address, that neither has expired, and that the key belongs to our certificate.";
        }
        if (endpoint.StartsWith("ssh:", StringComparison.OrdinalIgnoreCase))
        {
            return Says("permission denied", "publickey") ? "Put the public key of the user that runs Portal into authorized_keys on that host."
                : Says("host key") ? "Connect once by hand as the user that runs Portal, so that the host's key is known."
                : "Check that ssh to that address works without a password from this machine, and that docker is on the far side's path.";
        }
        return Says("refused") ? "Start the engine so that it listens there (dockerd -H tcp://…), or correct the port."
            : Says("timed out", "timeout", "no answer", "unreachable", "no route") ? "Check the address, and that no firewall stands between."
            : Says("name or service", "resolve", "unknown host", "no such host") ? "Correct the name, or give an address."
            : "";
    }
}
