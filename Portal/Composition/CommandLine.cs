using System.Collections.Immutable;

namespace Portal.Composition;

/// <summary>A command line taken apart: <c>--name value</c>, <c>--name=value</c>, <c>--switch</c> and plain words.</summary>
/// <param name="Words">What is no option, in order.</param>
/// <param name="Options">The options in order; a null value where none was given.</param>
/// <param name="Faults">What could not be read.</param>
internal sealed record CommandLine(ImmutableArray<string> Words, ImmutableArray<(string Name, string? Value)> Options, ImmutableArray<string> Faults)
{
    public static CommandLine Split(IReadOnlyList<string> arguments, IReadOnlyCollection<string> switches)
    {
        var words = ImmutableArray.CreateBuilder<string>();
        var options = ImmutableArray.CreateBuilder<(string, string?)>();
        var faults = ImmutableArray.CreateBuilder<string>();
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (argument == "-h")
            {
                options.Add(("help", null));
            }
            else if (!argument.StartsWith("--", StringComparison.Ordinal))
            {
                (argument.StartsWith('-') && argument.Length > 1 ? faults : words).Add(
                    argument.StartsWith('-') && argument.Length > 1 ? $"{argument} is not an option." : argument);
            }
            else if (argument.IndexOf('=', StringComparison.Ordinal) is > 0 and var at)
            {
                options.Add((argument[2..at], argument[(at + 1)..]));
            }
            else if (switches.Contains(argument[2..]) || i + 1 == arguments.Count || arguments[i + 1].StartsWith("--", StringComparison.Ordinal))
            {
                options.Add((argument[2..], null));
            }
            else
            {
                options.Add((argument[2..], arguments[++i]));
            }
        }

        return new CommandLine(words.ToImmutable(), options.ToImmutable(), faults.ToImmutable());
    }
}
