using System.Runtime.CompilerServices;

namespace Portal.Tests.Simulation;

/// <summary>What happened, as a hash that tells two runs apart and, where it is wanted, in sentences.</summary>
internal sealed class Trace(Schedule schedule, bool keeps)
{
    private readonly List<string> _lines = [];
    private readonly HashSet<int> _causes = [];
    private ulong _hash = 14695981039346656037;

    /// <summary>Whether sentences are kept.</summary>
    public bool Keeps => keeps;

    public IReadOnlyList<string> Lines => _lines;

    /// <summary>Which of the lines say what disturbed.</summary>
    public IReadOnlySet<int> Causes => _causes;

    /// <summary>Of everything so far.</summary>
    public string Hash => (_hash ^ (ulong)schedule.Turns).ToString("x16");

    /// <summary>Notes a thing; the sentence is made only if it is kept.</summary>
    public void Note(string kind, int a, long b, [InterpolatedStringHandlerArgument("")] ref Sentence sentence)
    {
        Mix((ulong)schedule.Now.Ticks);
        Mix(kind);
        Mix((ulong)a);
        Mix((ulong)b);
        if (keeps)
        {
            if (kind is "storm" or "user" or "died" or "calm")
            {
                _causes.Add(_lines.Count);
            }
            _lines.Add($"{schedule.Now.TotalSeconds,8:0.000} s  {sentence.ToString()}");
        }
    }

    /// <summary>Keeps a sentence that is no part of the hash.</summary>
    public void Remark(string sentence) => _lines.Add($"{schedule.Now.TotalSeconds,8:0.000} s  {sentence}");

    /// <summary>Mixes a text into the hash, alike in every process.</summary>
    public void Mix(string text)
    {
        foreach (var letter in text)
        {
            _hash = (_hash ^ letter) * 1099511628211;
        }
    }

    private void Mix(ulong value) => _hash = (_hash ^ value) * 1099511628211;

    /// <summary>A sentence that costs nothing unless it is kept.</summary>
    [InterpolatedStringHandler]
    internal ref struct Sentence
    {
        private DefaultInterpolatedStringHandler _inner;
        private readonly bool _keeps;

        public Sentence(int literals, int holes, Trace trace, out bool keeps)
        {
            _keeps = keeps = trace.Keeps;
            _inner = keeps ? new DefaultInterpolatedStringHandler(literals, holes) : default;
        }

        public void AppendLiteral(string text) => _inner.AppendLiteral(text);

        public void AppendFormatted<T>(T value) => _inner.AppendFormatted(value);

        public void AppendFormatted<T>(T value, string format) => _inner.AppendFormatted(value, format);

        public override string ToString() => _keeps ? _inner.ToStringAndClear() : "";
    }
}
