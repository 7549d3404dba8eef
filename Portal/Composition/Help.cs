namespace Portal.Composition;

/// <summary>What <c>--help</c> prints: every command and every setting with its default.</summary>
internal static class Help
{
    public static string Text()
    {
        var lines = Settings.All.Select(s => (Left: $"  --{s.Name} {s.Value}".TrimEnd(), Right: $"{s.Help} Default: {s.Default}.")).ToList();
        var width = lines.Max(l => l.Left.Length) + 2;
        return $"""
            Portal runs containers on Docker hosts and keeps them as described.

              portal [options]                       run
              portal admin-link [options]            print a one-time link for an administrator's account
              portal backup FILE [options]           back up the database and the keys
              portal restore FILE [--force] [options]  restore them; --force also over data that are there

            Each option is also an environment variable (--insecure-http is PORTAL_INSECURE_HTTP) and a property of the JSON file
            that --config FILE names. With ConnectionStrings__Portal in the environment that PostgreSQL server is used.

            {string.Join('\n', lines.Select(l => l.Left.PadRight(width) + l.Right))}
            """;
    }
}
