using System.ComponentModel;
using System.Diagnostics;
using Portal.Core.Engine;

namespace Portal.Agents.Docker.Transport;

/// <summary>
/// Runs <paramref name="command"/> on the far side through the system's <c>ssh</c>: <c>docker system dial-stdio</c> reaches the engine. One process a
/// connection; <paramref name="gates"/> bound them per host.
/// </summary>
internal sealed class SshDialer(EngineAddress address, DockerEngineOptions options, SshGates gates, TimeProvider time, string[] command) : IEngineDialer
{
    public async ValueTask<Stream> DialAsync(CancellationToken cancellation)
    {
        using var login = await gates.EnterAsync(options.ConnectTimeout, cancellation)
            ?? throw new EngineException(EngineError.Unreachable, $"All SSH connections that {address} may have are in use.");
        try
        {
            if (options.SshFolder is { } folder) Directory.CreateDirectory(folder);
            var process = Process.Start(StartInfo(address, options, command)) ?? throw new InvalidOperationException("ssh did not start.");
            return new SshStream(process, address, login.Started(time, options.ConnectTimeout));
        }
        catch (Exception e) when (e is Win32Exception or IOException or UnauthorizedAccessException)
        {
            throw new EngineException(EngineError.Unreachable, $"ssh cannot be run on this machine: {e.Message}", e);
        }
    }

    internal static ProcessStartInfo StartInfo(EngineAddress address, DockerEngineOptions options, params string[] command)
    {
        var start = new ProcessStartInfo("ssh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        // Its messages are read by SshFailures; it must never ask a person.
        start.Environment["LC_ALL"] = "C";
        start.Environment.Remove("SSH_ASKPASS");
        var seconds = Math.Max(1, (int)Math.Ceiling(options.ConnectTimeout.TotalSeconds));
        Option("BatchMode=yes");
        Option($"ConnectTimeout={seconds}");
        Option("StrictHostKeyChecking=accept-new");
        if (options.SshFolder is { } folder)
            Option($"UserKnownHostsFile=\"{Path.Combine(Path.GetFullPath(folder), "known_hosts").Replace("%", "%%", StringComparison.Ordinal)}\"");
        Option("ServerAliveInterval=5");
        Option("ServerAliveCountMax=3");
        Option("ClearAllForwardings=yes");
        Option("PermitLocalCommand=no");
        Option("LogLevel=ERROR");
        start.ArgumentList.Add("-T");
        start.ArgumentList.Add("-a");
        start.ArgumentList.Add("-x");
        if (options.SshIdentityFile is { } identity)
        {
            Option("IdentitiesOnly=yes");
            Add("-i", identity);
        }
        if (address.User is { } user) Add("-l", user);
        if (address.Port != 0) Add("-p", address.Port.ToString());
        // After this nothing is taken for an option, whatever it looks like.
        start.ArgumentList.Add("--");
        start.ArgumentList.Add(address.Host);
        foreach (var word in command) start.ArgumentList.Add(word);
        return start;

        void Option(string value) => Add("-o", value);
        void Add(string name, string value)
        {
            start.ArgumentList.Add(name);
            start.ArgumentList.Add(value);
        }
    }
}
