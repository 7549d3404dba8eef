namespace Portal.Tests;

/// <summary>What to do where a test cannot run: on a CI machine that is a failure, elsewhere the test is skipped with the reason.</summary>
internal static class Needs
{
    public static bool IsCi { get; } = string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);

    public static void SkipOrFail(string reason)
    {
        if (IsCi)
        {
            Assert.Fail(reason);
        }
        Assert.Skip(reason);
    }
}
