namespace Portal.Tests.Bench;

/// <summary>The <c>bench</c> entry of the test program.</summary>
internal static class BenchProgram
{
    /// <summary>Runs the benchmark that <paramref name="args"/> begins with. 0: it ran to its end, 1: it failed, 2: there is none of that name.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var all = Find();
        var benchmark = all.FirstOrDefault(b => args.Length > 0 && b.Name == args[0]);
        if (benchmark is null)
        {
            Console.Error.WriteLine(args.Length == 0 ? "Benchmarks:" : $"There is no benchmark '{args[0]}'. There are:");
            foreach (var known in all)
            {
                Console.Error.WriteLine($"  {known.Name,-10} {known.Summary}");
            }
            return 2;
        }

        using var cancellation = new CancellationTokenSource();
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = true;
            cancellation.Cancel();
        };
        var report = new BenchReport(benchmark.Name, benchmark.Summary);
        try
        {
            await benchmark.RunAsync(report, args[1..], cancellation.Token);
        }
        catch (Exception e)
        {
            Console.Error.WriteLine($"{benchmark.Name} failed: {e}");
            return 1;
        }
        report.WriteTable(Console.Out);
        var file = Repository.PathTo("artifacts", "bench", $"{benchmark.Name}.json");
        await report.WriteJsonAsync(file, TimeProvider.System);
        Console.WriteLine($"written to {file}");
        return 0;
    }

    internal static IReadOnlyList<IBenchmark> Find() =>
    [
        .. typeof(BenchProgram).Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IBenchmark)))
            .Select(type => (IBenchmark)Activator.CreateInstance(type)!)
            .OrderBy(benchmark => benchmark.Name, StringComparer.Ordinal),
    ];
}
