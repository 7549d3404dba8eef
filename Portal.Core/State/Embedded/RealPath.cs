namespace Portal.Core.State.Embedded;

/// <summary>Absolute paths without links: what the kernel shows as the working directory of a process.</summary>
internal static class RealPath
{
    private const int MaxLinks = 40;

    public static string Of(string path)
    {
        var links = 0;
        var real = "/";
        var rest = new Stack<string>(PartsOf(Path.GetFullPath(path)));
        while (rest.TryPop(out var part))
        {
            var next = Path.GetFullPath(Path.Combine(real, part));
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > MaxLinks)
            {
                throw new IOException($"{path} leads through too many links.");
            }

            real = Path.IsPathRooted(target) ? "/" : real;
            foreach (var inner in PartsOf(target))
            {
                rest.Push(inner);
            }
        }

        return real;
    }

    private static IEnumerable<string> PartsOf(string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse();
}
