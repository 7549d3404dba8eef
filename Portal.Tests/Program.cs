using Portal.Tests.Bench;
using Xunit.Runner.InProc.SystemConsole;

// `bench NAME` runs a benchmark; everything else is for xunit, which `dotnet test` drives through this program too.
return args is ["bench", .. var rest]
    ? await BenchProgram.RunAsync(rest)
    : await ConsoleRunner.Run(args);
