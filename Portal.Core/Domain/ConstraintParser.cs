using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Portal.Core.Domain;

/// <summary>Reads one constraint from left to right: operand, operator, value or list.</summary>
internal sealed class ConstraintParser(string text)
{
    private const string Operands = "host.labels.NAME, host.name, host.arch or host.os";
    private const int MaxValues = 100;
    private int _at;
    private string? _message;

    public static bool IsBare(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '/' or ':' or '+' or '@';

    public bool TryRead([NotNullWhen(true)] out Constraint? constraint, [NotNullWhen(false)] out string? message)
    {
        constraint = text.Length > Constraint.MaxLength ? Fail<Constraint>($"must be at most {Constraint.MaxLength} characters long") : Read();
        message = constraint is null ? _message ?? "cannot be read" : null;
        return constraint is not null;
    }

    private Constraint? Read()
    {
        if (ReadOperand() is not var (fact, label))
        {
            return null;
        }
        if (ReadOperator() is not { } @operator)
        {
            return null;
        }
        var values = @operator == ConstraintOperator.In ? ReadList() : ReadValue() is { } one ? [one] : null;
        if (values is not { } read)
        {
            return null;
        }
        SkipSpace();
        if (_at < text.Length)
        {
            return Fail<Constraint>(text[_at..].StartsWith('&') || text[_at..].StartsWith("and ", StringComparison.Ordinal)
                ? "holds more than one condition: write each as an entry of its own"
                : $"has \"{text[_at..]}\" after its end; quote a value with spaces");
        }
        return new Constraint(fact, label, @operator, [.. read.Select(v => Normal(fact, v)).Distinct(StringComparer.Ordinal)]);
    }

    private (HostFact Fact, string Label)? ReadOperand()
    {
        SkipSpace();
        var start = _at;
        while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] is '.' or '_' or '-' or '/'))
        {
            _at++;
        }
        var path = text[start.._at];
        if (path.StartsWith("host.labels.", StringComparison.Ordinal))
        {
            var label = path["host.labels.".Length..];
            if (NameRules.IsLabelKey(label))
            {
                return (HostFact.Label, label);
            }
            _message = "needs the name of a label after host.labels.";
            return null;
        }
        HostFact? fact = path switch
        {
            "host.name" => HostFact.Name,
            "host.arch" or "host.architecture" => HostFact.Architecture,
            "host.os" => HostFact.Os,
            _ => null,
        };
        _message = fact is null ? $"must begin with {Operands}" : null;
        return fact is { } known ? (known, "") : null;
    }

    private ConstraintOperator? ReadOperator()
    {
        SkipSpace();
        var rest = text.AsSpan(_at);
        if (rest.StartsWith("==") || rest.StartsWith("!="))
        {
            _at += 2;
            return rest[0] == '=' ? ConstraintOperator.Is : ConstraintOperator.IsNot;
        }
        if (rest.StartsWith("in") && (rest.Length == 2 || !char.IsAsciiLetterOrDigit(rest[2])))
        {
            _at += 2;
            return ConstraintOperator.In;
        }
        _message = rest.StartsWith("=") ? "has =, wanted ==" : "needs ==, != or in after what it looks at";
        return null;
    }

    private List<string>? ReadList()
    {
        SkipSpace();
        if (_at >= text.Length || text[_at] is not ('[' or '('))
        {
            return Fail<List<string>>("needs a list such as [a, b] after in");
        }
        var close = text[_at++] == '[' ? ']' : ')';
        var values = new List<string>();
        while (true)
        {
            if (ReadValue() is not { } value)
            {
                return null;
            }
            values.Add(value);
            SkipSpace();
            if (values.Count > MaxValues)
            {
                return Fail<List<string>>($"lists more than {MaxValues} values");
            }
            if (_at >= text.Length || (text[_at] != ',' && text[_at] != close))
            {
                return Fail<List<string>>($"needs a {close} at the end of its list");
            }
            if (text[_at++] == close)
            {
                return values;
            }
        }
    }

    private string? ReadValue()
    {
        SkipSpace();
        if (_at < text.Length && text[_at] is '"' or '\'')
        {
            var end = text.IndexOf(text[_at], _at + 1);
            if (end < 0)
            {
                return Fail<string>("has a quote that does not end");
            }
            var quoted = text[(_at + 1)..end];
            _at = end + 1;
            return quoted.Any(char.IsControl) ? Fail<string>("has a control character in a value") : quoted;
        }
        var start = _at;
        while (_at < text.Length && IsBare(text[_at]))
        {
            _at++;
        }
        return _at > start ? text[start.._at] : Fail<string>("needs a value; quote one that is not a plain word");
    }

    private static string Normal(HostFact fact, string value) => fact switch
    {
        HostFact.Architecture => Constraint.NormalArchitecture(value),
        HostFact.Os => value.ToLowerInvariant(),
        _ => value,
    };

    private void SkipSpace()
    {
        while (_at < text.Length && text[_at] == ' ')
        {
            _at++;
        }
    }

    private T? Fail<T>(string message) where T : class
    {
        _message = message;
        return null;
    }
}
