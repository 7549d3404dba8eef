namespace Portal.Tests.Bench;

/// <summary>One of those compared; <paramref name="MeasureAsync"/> gives the value of one round.</summary>
internal sealed record Contender(string Name, string Unit, Func<int, CancellationToken, Task<double>> MeasureAsync);

/// <summary>Measures contenders side by side: each round runs all of them, and each round another begins.</summary>
internal static class Rounds
{
    public const int Count = 5;

    /// <summary>The series of the contenders, in their order. One round before the first warms up and is not counted.</summary>
    public static async Task<IReadOnlyList<Series>> RunAsync(IReadOnlyList<Contender> contenders, CancellationToken cancellation, int count = Count, bool warmUp = false)
    {
        var values = contenders.Select(_ => new double[count]).ToArray();
        for (var round = warmUp ? -1 : 0; round < count; round++)
        {
            for (var turn = 0; turn < contenders.Count; turn++)
            {
                var index = (turn + Math.Max(round, 0)) % contenders.Count;
                var value = await contenders[index].MeasureAsync(round, cancellation);
                if (round >= 0)
                {
                    values[index][round] = value;
                    Console.Error.WriteLine($"round {round + 1} of {count}: {contenders[index].Name} {value:0.###} {contenders[index].Unit}");
                }
            }
        }
        return [.. contenders.Select((contender, i) => new Series(contender.Name, contender.Unit, values[i]))];
    }
}
