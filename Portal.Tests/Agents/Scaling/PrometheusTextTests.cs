using Portal.Agents.Scaling;

namespace Portal.Tests.Agents.Scaling;

public sealed class PrometheusTextTests
{
    private const string Text = """
        # HELP http_requests_total Requests.
        # TYPE http_requests_total counter
        http_requests_total{code="200",method="get"} 1027 1395066363000
        http_requests_total{ code = "200" , method="post", } 3.5
        http_requests_total{code="500",method="get"}7
        with_text{path="a\\b\"c\nd"} +Inf
        plain 12.5e1

        ns:rule:sum 4
        """;

    [Theory]
    [InlineData("http_requests_total", "", 1037.5)]
    [InlineData("http_requests_total", "code=200", 1030.5)]
    [InlineData("http_requests_total", "code=200,method=get", 1027)]
    [InlineData("plain", "", 125)]
    [InlineData("ns:rule:sum", "", 4)]
    public void SumsTheSeriesThatHaveTheLabels(string name, string labels, double sum)
    {
        Assert.True(PrometheusText.TrySum(Text, name, Labels(labels), out var value, out var trouble), trouble);
        Assert.Equal(sum, value);
    }

    [Theory]
    [InlineData("absent", "", "its answer has no absent")]
    [InlineData("http_requests_total", "code=404", "its answer has no http_requests_total with these labels")]
    [InlineData("with_text", "path=a\\b\"c\nd", "with_text is not a finite number")]
    public void SaysWhatIsNotThere(string name, string labels, string expected)
    {
        Assert.False(PrometheusText.TrySum(Text, name, Labels(labels), out _, out var trouble));
        Assert.Equal(expected, trouble);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("a")]
    [InlineData("a b")]
    [InlineData("a 1 2 3")]
    [InlineData("a 1 x")]
    [InlineData("a{b} 1")]
    [InlineData("a{b=\"c\" 1")]
    [InlineData("a{b=\"c} 1")]
    [InlineData("a{b=\"\\x\"} 1")]
    [InlineData("a{b=\"1\",b=\"2\"} 1")]
    [InlineData("1a 1")]
    [InlineData("a{b=\"c\"}")]
    public void RefusesAsAWholeWhatIsNoSuchText(string line)
    {
        Assert.False(PrometheusText.TrySum("a 1\n" + line, "a", Labels(""), out _, out var trouble));
        Assert.Contains("line 2", trouble, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Labels(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('=', 2)).ToDictionary(l => l[0], l => l[1], StringComparer.Ordinal);
}
