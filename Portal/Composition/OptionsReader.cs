using System.Collections;
using System.Collections.Immutable;
using System.Text.Json;

namespace Portal.Composition;

/// <summary>What was asked on the command line.</summary>
/// <param name="Verb">Empty to run; <c>admin-link</c>, <c>backup</c>, <c>restore</c> or <c>help</c>.</param>
/// <param name="File">The file of backup and restore.</param>
/// <param name="Force">Whether restore may replace what is there.</param>
/// <param name="Options">Settings from file, environment and command line, the later ones winning.</param>
/// <param name="Faults">Everything wrong, a sentence each.</param>
internal sealed record Command(string Verb, string? File, bool Force, PortalOptions Options, ImmutableArray<string> Faults);

/// <summary>Reads settings: the file of <c>--config</c>, then the environment, then the command line. Every fault is told at once.</summary>
internal static class OptionsReader
{
    private const string ConnectionVariable = "ConnectionStrings__Portal";
    private static readonly string[] Verbs = ["admin-link", "backup", "restore", "help"];

    public static Command Read(IReadOnlyList<string> arguments, IDictionary environment)
    {
        var line = CommandLine.Split(arguments, [.. Settings.All.Where(s => s.IsSwitch).Select(s => s.Name), "force", "help"]);
        var faults = new List<string>(line.Faults);
        var options = new PortalOptions();
        var config = line.Options.LastOrDefault(o => o.Name == "config").Value ?? environment["PORTAL_CONFIG"] as string;
        if (config is not null)
        {
            options = ReadFile(config, options, faults);
        }

        options = ReadEnvironment(environment, options, faults);
        foreach (var (name, value) in line.Options.Where(o => o.Name is not ("config" or "force" or "help")))
        {
            options = Settings.All.FirstOrDefault(s => s.Name == name) is { } setting
                ? Apply(setting, value, $"--{name}", options, faults)
                : Unknown($"--{name} is not an option.", options, faults);
        }

        var help = line.Options.Any(o => o.Name == "help");
        return WithVerb(help ? ["help"] : line.Words, line.Options.Any(o => o.Name == "force"), Checked(options, faults), faults);
    }

    private static Command WithVerb(IReadOnlyList<string> words, bool force, PortalOptions options, List<string> faults)
    {
        var verb = words.Count > 0 ? words[0] : "";
        if (verb.Length > 0 && !Verbs.Contains(verb))
        {
            faults.Add($"{verb} is not a command; there are {string.Join(", ", Verbs)}.");
        }

        var takesFile = verb is "backup" or "restore";
        if (takesFile && words.Count < 2)
        {
            faults.Add($"{verb} needs a file.");
        }

        foreach (var word in words.Skip(takesFile ? 2 : 1).Where(_ => Verbs.Contains(verb)))
        {
            faults.Add($"{word} is one word too many.");
        }

        return new Command(verb, takesFile ? words.ElementAtOrDefault(1) : null, force, options, [.. faults]);
    }

    private static PortalOptions Checked(PortalOptions options, List<string> faults)
    {
        if (options is { CertificateKeyFile: not null, CertificateFile: null })
        {
            faults.Add("--cert-key needs --cert.");
        }

        return options;
    }

    private static PortalOptions ReadEnvironment(IDictionary environment, PortalOptions options, List<string> faults)
    {
        foreach (var setting in Settings.All)
        {
            if (environment[setting.EnvironmentName] is string { Length: > 0 } value)
            {
                options = Apply(setting, value, setting.EnvironmentName, options, faults);
            }
        }

        return environment[ConnectionVariable] is string { Length: > 0 } connection ? options with { ConnectionString = connection } : options;
    }

    private static PortalOptions ReadFile(string path, PortalOptions options, List<string> faults)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            foreach (var property in document.RootElement.EnumerateObject())
            {
                options = property.Name == "ConnectionStrings"
                    ? options with { ConnectionString = property.Value.GetProperty("Portal").GetString() }
                    : Settings.All.FirstOrDefault(s => s.Name == property.Name) is { } setting
                        ? Apply(setting, TextOf(property.Value), $"{property.Name} in {path}", options, faults)
                        : Unknown($"{property.Name} in {path} is not a setting.", options, faults);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or KeyNotFoundException)
        {
            faults.Add($"The file {path} cannot be read as settings: {e.Message}");
        }

        return options;
    }

    private static string TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Array => string.Join(',', value.EnumerateArray().Select(TextOf)),
        _ => value.GetRawText(),
    };

    private static PortalOptions Apply(Setting setting, string? value, string where, PortalOptions options, List<string> faults)
    {
        try
        {
            return value is null && !setting.IsSwitch ? throw new FormatException("needs a value")
                : value is "" && !setting.IsSwitch ? throw new FormatException("must not be empty")
                : setting.Apply(options, value ?? "");
        }
        catch (FormatException e)
        {
            faults.Add($"{where} {e.Message}.");
            return options;
        }
    }

    private static PortalOptions Unknown(string sentence, PortalOptions options, List<string> faults)
    {
        faults.Add(sentence);
        return options;
    }
}
