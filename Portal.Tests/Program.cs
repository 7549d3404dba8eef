using Portal.Tests.Bench;
using Portal.Tests.Bench.Probe;
using Portal.Tests.Store.Embedded;
using Xunit.Runner.InProc.SystemConsole;

// `bench NAME` runs a benchmark, `probe-server` is the other side of one, `other-part` is what a test wants done in a process of its own; everything else is for xunit,
// which `dotnet test` drives through this program too.
return args switch
{
    ["bench", .. var rest] => await BenchProgram.RunAsync(rest),
    ["probe-server", var ports] => await ProbeServer.RunAsync(ports),
    ["other-part", var part, var folder] => await OtherPart.RunAsync(part, folder),
    _ => await ConsoleRunner.Run(args),
};
