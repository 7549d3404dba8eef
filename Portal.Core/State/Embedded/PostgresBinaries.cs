using System.Globalization;
using System.Text.RegularExpressions;

namespace Portal.Core.State.Embedded;

/// <summary>The programs of one PostgreSQL version on this machine.</summary>
/// <param name="Folder">The folder they lie in.</param>
/// <param name="Major">Their major version: only a cluster made by the same one can be served.</param>
internal sealed partial record PostgresBinaries(string Folder, int Major)
{
    private const int OldestMajor = 13;

    /// <summary>Where distributions put them, by version.</summary>
    private static readonly (string Parent, Regex Child, string Bin)[] KnownParents =
    [
        ("/usr/lib/postgresql", DebianFolder(), "bin"),
        ("/usr", RedHatFolder(), "bin"),
        ("/usr/libexec", AlpineFolder(), ""),
        ("/opt", AlpineFolder(), "bin"),
    ];

    public string this[string program] => Path.Combine(Folder, program);

    /// <summary>Those that fit an existing cluster or, where there is none (null), the newest.</summary>
    public static PostgresBinaries Choose(int? clusterMajor) => Choose(clusterMajor, FindAll());

    public static PostgresBinaries Choose(int? clusterMajor, IReadOnlyCollection<PostgresBinaries> found)
    {
        if (clusterMajor is { } major)
        {
            return found.FirstOrDefault(b => b.Major == major) ?? throw new EmbeddedPostgresException(
                $"This data directory was made by PostgreSQL {major}, whose programs are not on this machine "
                + $"(found: {Names(found)}). Install postgresql-{major}.");
        }

        return found.Where(b => b.Major >= OldestMajor).MaxBy(b => b.Major) ?? throw new EmbeddedPostgresException(
            $"No PostgreSQL programs (version {OldestMajor} or newer) were found on this machine. Install the package "
            + "postgresql, or give a server with ConnectionStrings__Portal.");
    }

    /// <summary>The client programs for a server: the oldest that are not older than it.</summary>
    public static PostgresBinaries ForServer(int serverMajor)
    {
        var found = FindAll("pg_dump");
        return found.Where(b => b.Major >= serverMajor).MinBy(b => b.Major) ?? throw new EmbeddedPostgresException(
            $"The server is PostgreSQL {serverMajor}; its client programs are not on this machine "
            + $"(found: {Names(found)}). Install postgresql-client-{serverMajor}.");
    }

    public static IReadOnlyCollection<PostgresBinaries> FindAll(string program = "postgres")
    {
        var found = new List<PostgresBinaries>();
        foreach (var (parent, child, bin) in KnownParents.Where(k => Directory.Exists(k.Parent)))
        {
            foreach (var folder in Directory.EnumerateDirectories(parent))
            {
                if (child.Match(Path.GetFileName(folder)) is { Success: true } match
                    && File.Exists(Path.Combine(folder, bin, program)))
                {
                    var major = int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
                    found.Add(new PostgresBinaries(Path.Combine(folder, bin), major));
                }
            }
        }

        return found;
    }

    private static string Names(IReadOnlyCollection<PostgresBinaries> found) =>
        found.Count == 0 ? "none" : string.Join(", ", found.Select(b => b.Major).Order());

    [GeneratedRegex(@"^(\d+)$")]
    private static partial Regex DebianFolder();

    [GeneratedRegex(@"^pgsql-(\d+)$")]
    private static partial Regex RedHatFolder();

    [GeneratedRegex(@"^postgresql(\d+)$")]
    private static partial Regex AlpineFolder();
}
