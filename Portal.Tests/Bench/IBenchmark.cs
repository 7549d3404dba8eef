namespace Portal.Tests.Bench;

/// <summary>
/// One benchmark, run by <c>./bench.sh NAME</c>. Implement it in a class with a parameterless constructor: it is found by itself.
/// </summary>
internal interface IBenchmark
{
    /// <summary>What <c>./bench.sh</c> is given: short, lower case.</summary>
    string Name { get; }

    /// <summary>What is measured against what, in one sentence.</summary>
    string Summary { get; }

    /// <summary>Measures into <paramref name="report"/>, which is printed and written afterwards, also when a goal is missed.</summary>
    Task RunAsync(BenchReport report, string[] args, CancellationToken cancellation);
}
