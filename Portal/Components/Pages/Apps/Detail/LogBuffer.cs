using System.Collections.Immutable;
using System.Text;
using Portal.Core.State.Services;

namespace Portal.Components.Pages.Apps.Detail;

/// <summary>The last lines of a log, bounded. Control characters and escape sequences are left out, never obeyed.</summary>
public sealed class LogBuffer(int capacity = 2000)
{
    private readonly Lock _gate = new();
    private readonly Queue<InstanceLogLine> _lines = new();

    /// <summary>How many lines were dropped to stay within the bound.</summary>
    public long Dropped { get; private set; }

    public void Add(InstanceLogLine line)
    {
        lock (_gate)
        {
            if (_lines.Count == capacity)
            {
                _lines.Dequeue();
                Dropped++;
            }
            _lines.Enqueue(line with { Text = Clean(line.Text) });
        }
    }

    public ImmutableArray<InstanceLogLine> Lines
    {
        get
        {
            lock (_gate)
            {
                return [.. _lines];
            }
        }
    }

    internal static string Clean(string text)
    {
        if (!text.Any(c => char.IsControl(c) && c != '\t'))
        {
            return text;
        }
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\u001b')
            {
                i = EndOfEscape(text, i);
            }
            else if (!char.IsControl(text[i]) || text[i] == '\t')
            {
                clean.Append(text[i]);
            }
        }
        return clean.ToString();
    }

    /// <summary>The last character of the escape sequence that begins there.</summary>
    private static int EndOfEscape(string text, int start)
    {
        if (start + 1 >= text.Length || text[start + 1] is not ('[' or ']'))
        {
            return Math.Min(start + 1, text.Length - 1);
        }
        var isString = text[start + 1] == ']';
        for (var i = start + 2; i < text.Length; i++)
        {
            // A control sequence ends with a letter or one of @[\]^_`{|}~; a string with a bell or ESC \.
            if (isString ? text[i] == '\a' || (text[i] == '\\' && text[i - 1] == '\u001b') : text[i] is >= '@' and <= '~')
            {
                return i;
            }
        }
        return text.Length - 1;
    }
}
