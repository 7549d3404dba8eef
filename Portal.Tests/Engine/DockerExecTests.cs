using System.Text;
using Portal.Core.Engine;

namespace Portal.Tests.Engine;

/// <summary>Commands with a terminal in containers of a real engine.</summary>
public sealed class DockerExecTests(TestHosts hosts) : EngineTestBase(hosts)
{
    [Fact(Timeout = 60_000)]
    public async Task A_shell_is_typed_into_resized_and_ends_with_its_exit_code()
    {
        var engine = Connect(1);
        var id = await RunLongAsync(engine);
        await using var exec = await engine.ExecAsync(id, new ExecRequest(["/bin/sh"], ["COLOUR=green"], 100, 30), Cancellation);

        Assert.Null(await exec.GetExitCodeAsync(Cancellation));
        await TypeAsync(exec, "echo it is $COLOUR; stty size\n");
        await SeeAsync(exec, "it is green", "30 100");
        await exec.ResizeAsync(132, 43, Cancellation);
        await TypeAsync(exec, "stty size\n");
        await SeeAsync(exec, "43 132");
        await TypeAsync(exec, "exit 7\n");
        while (await exec.ReadAsync(new byte[1024], Cancellation) > 0)
        {
        }
        await EventuallyAsync(() => exec.GetExitCodeAsync(Cancellation), code => code == 7);
        await exec.ResizeAsync(80, 24, Cancellation);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_not_in_the_image_says_so()
    {
        var engine = Connect(1);
        var id = await RunLongAsync(engine);
        try
        {
            await using var exec = await engine.ExecAsync(id, new ExecRequest(["/bin/none"], [], 80, 24), Cancellation);
            await SeeAsync(exec, "/bin/none");
            await EventuallyAsync(() => exec.GetExitCodeAsync(Cancellation), code => code is 126 or 127);
        }
        catch (EngineException e)
        {
            Assert.Contains("/bin/none", e.Message);
        }
    }

    [Fact]
    public async Task A_container_that_does_not_run_takes_no_command()
    {
        var engine = Connect(1);
        var id = await engine.CreateContainerAsync(Request("still"), Cancellation);
        await FailsAsync(EngineError.Conflict, () => engine.ExecAsync(id, new ExecRequest(["/bin/sh"], [], 80, 24), Cancellation));
        await FailsAsync(EngineError.NotFound, () => engine.ExecAsync("absent", new ExecRequest(["/bin/sh"], [], 80, 24), Cancellation));
    }

    private Task<string> RunLongAsync(IContainerEngine engine) => StartAsync(engine, Request("console") with { Command = ["sleep", "600"] });

    private ValueTask TypeAsync(IExecSession exec, string text) => exec.WriteAsync(Encoding.UTF8.GetBytes(text), Cancellation);

    private async Task SeeAsync(IExecSession exec, params string[] wanted)
    {
        var seen = new StringBuilder();
        var buffer = new byte[4096];
        while (!wanted.All(w => seen.ToString().Contains(w, StringComparison.Ordinal)))
        {
            var count = await exec.ReadAsync(buffer, Cancellation);
            Assert.True(count > 0, $"It ended before “{string.Join("”, “", wanted)}”: {seen}");
            seen.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }
    }
}
