using System.Text;
using System.Text.RegularExpressions;

namespace Portal.Core.State.Embedded;

/// <summary>
/// The folder of the server's socket as its clients name it. A socket's path may have 107 bytes, and a connection
/// string gives some characters a meaning; a cluster whose path does not do is reached through a link in a private
/// temporary folder. The server itself names its socket relative to its own folder and does not care.
/// </summary>
internal sealed partial class SocketFolder : IDisposable
{
    private const int LongestFolder = 85;
    private readonly string? _temporary;

    public SocketFolder(string cluster)
    {
        if (Encoding.UTF8.GetByteCount(cluster) <= LongestFolder && Plain().IsMatch(cluster))
        {
            Path = cluster;
            return;
        }

        _temporary = Directory.CreateTempSubdirectory("portal-").FullName;
        Path = System.IO.Path.Combine(_temporary, "s");
        Directory.CreateSymbolicLink(Path, cluster);
    }

    public string Path { get; }

    public void Dispose()
    {
        if (_temporary is not null)
        {
            File.Delete(Path);
            Directory.Delete(_temporary);
        }
    }

    [GeneratedRegex("^[A-Za-z0-9/._-]+$")]
    private static partial Regex Plain();
}
