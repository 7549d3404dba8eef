using Portal.Core.Domain;

namespace Portal.Core.Jobs;

/// <summary>One of the completions that a run wants, with its attempts.</summary>
internal sealed class SlotOfRun
{
    public SlotOfRun(int number, IEnumerable<Attempt> attempts)
    {
        Number = number;
        foreach (var attempt in attempts.OrderBy(a => a.Epoch))
        {
            switch (attempt.Outcome)
            {
                case null:
                    UnderWay = attempt;
                    break;
                case InstanceOutcome.Succeeded:
                    IsDone = true;
                    break;
                case InstanceOutcome.Failed:
                    (LastEnd, LastFailure) = (attempt, attempt);
                    Tries++;
                    Failures++;
                    break;
                default:
                    LastEnd = attempt;
                    Tries++;
                    break;
            }
        }
    }

    public int Number { get; }
    public bool IsDone { get; }
    /// <summary>How many attempts ended without success.</summary>
    public int Tries { get; }
    /// <summary>Of these, those that count.</summary>
    public int Failures { get; }
    public Attempt? UnderWay { get; }
    public Attempt? LastEnd { get; }
    public Attempt? LastFailure { get; }
}
