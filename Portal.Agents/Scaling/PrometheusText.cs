using System.Globalization;

namespace Portal.Agents.Scaling;

/// <summary>Reads one metric out of Prometheus' text format. What is no such text is refused as a whole: half of it would be another load.</summary>
internal static class PrometheusText
{
    /// <summary>The sum of the metric's series that have the labels.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="name">The metric's name.</param>
    /// <param name="labels">Labels that a series must have.</param>
    /// <param name="value">The sum.</param>
    /// <param name="trouble">Why there is none; empty where there is.</param>
    public static bool TrySum(string text, string name, IReadOnlyDictionary<string, string> labels, out double value, out string trouble)
    {
        (value, trouble) = (0, "");
        var found = false;
        var number = 0;
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            number++;
            var line = raw.Trim(" \t");
            if (line.IsEmpty || line[0] == '#')
            {
                continue;
            }
            var sample = new Reader(line.ToString());
            if (!sample.TryRead(out var series, out var has, out var read))
            {
                trouble = $"line {number} of its answer is no metric in Prometheus' text format";
                return false;
            }
            if (series == name && labels.All(l => has.TryGetValue(l.Key, out var v) && v == l.Value))
            {
                found = true;
                value += read;
            }
        }
        trouble = !found ? $"its answer has no {name}{(labels.Count > 0 ? " with these labels" : "")}" : !double.IsFinite(value) ? $"{name} is not a finite number" : "";
        return trouble.Length == 0;
    }

    /// <summary>One line: name, labels, value and perhaps a time.</summary>
    private sealed class Reader(string line)
    {
        private int at;

        public bool TryRead(out string name, out Dictionary<string, string> labels, out double value)
        {
            labels = new Dictionary<string, string>(StringComparer.Ordinal);
            value = 0;
            name = Word(colons: true);
            if (name.Length == 0 || (Peek() == '{' && !TryLabels(labels)))
            {
                return false;
            }
            var rest = line[at..].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            return at < line.Length && line[at] is ' ' or '\t' or '}' && rest.Length is 1 or 2 && TryNumber(rest[0], out value)
                && (rest.Length == 1 || long.TryParse(rest[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _));
        }

        private bool TryLabels(Dictionary<string, string> labels)
        {
            at++;
            while (true)
            {
                Skip();
                if (Peek() == '}')
                {
                    at++;
                    // A value may follow at once.
                    return at < line.Length && (line[at] is ' ' or '\t' || InsertSpace());
                }
                var name = Word(colons: false);
                Skip();
                if (name.Length == 0 || !Take('='))
                {
                    return false;
                }
                Skip();
                if (!TryText(out var value) || !labels.TryAdd(name, value))
                {
                    return false;
                }
                Skip();
                if (!Take(',') && Peek() != '}')
                {
                    return false;
                }
            }
        }

        private bool InsertSpace()
        {
            line = line.Insert(at, " ");
            return true;
        }

        private bool TryText(out string value)
        {
            value = "";
            if (!Take('"'))
            {
                return false;
            }
            var text = new System.Text.StringBuilder();
            while (at < line.Length && line[at] != '"')
            {
                if (line[at] == '\\')
                {
                    at++;
                    char? escaped = Peek() switch { 'n' => '\n', '\\' => '\\', '"' => '"', _ => null };
                    if (escaped is null)
                    {
                        return false;
                    }
                    text.Append(escaped.Value);
                }
                else
                {
                    text.Append(line[at]);
                }
                at++;
            }
            value = text.ToString();
            return Take('"');
        }

        private string Word(bool colons)
        {
            var begin = at;
            while (at < line.Length && (char.IsAsciiLetter(line[at]) || line[at] == '_' || colons && line[at] == ':' || at > begin && char.IsAsciiDigit(line[at])))
            {
                at++;
            }
            return line[begin..at];
        }

        private void Skip()
        {
            while (Peek() is ' ' or '\t')
            {
                at++;
            }
        }

        private bool Take(char wanted)
        {
            if (Peek() != wanted)
            {
                return false;
            }
            at++;
            return true;
        }

        private char Peek() => at < line.Length ? line[at] : '\0';

        private static bool TryNumber(string text, out double value)
        {
            double? named = text switch { "+Inf" or "Inf" => double.PositiveInfinity, "-Inf" => double.NegativeInfinity, "NaN" => double.NaN, _ => null };
            value = named ?? 0;
            return named is not null || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
        }
    }
}
