using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Portal.Tests.Web;

/// <summary>The file for a server says what the README promises.</summary>
public sealed class ComposeFileTests
{
    private static readonly Dictionary<string, object> s_file = Read();

    [Fact]
    public void It_names_the_three_services() =>
        Assert.Equal(["agents", "postgres", "web"], Map(s_file["services"]).Keys.Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("web")]
    [InlineData("agents")]
    public void A_service_has_its_one_role_and_the_common_store_and_keys(string role)
    {
        var service = Service(role);
        var command = List(service["command"]);

        Assert.Equal(role, command[command.IndexOf("--roles") + 1]);
        Assert.Equal("Host=postgres;Database=portal;Username=portal;Password=${PORTAL_DB_PASSWORD:?set PORTAL_DB_PASSWORD}", Map(service["environment"])["ConnectionStrings__Portal"]);
        Assert.Contains("keys:/keys", List(service["volumes"]));
        Assert.Equal("service_healthy", Map(Map(service["depends_on"])["postgres"])["condition"]);
    }

    [Fact]
    public void Two_roles_never_share_a_data_folder()
    {
        var folders = new[] { "web", "agents" }.Select(role => List(Service(role)["volumes"]).Single(v => v.EndsWith(":/data", StringComparison.Ordinal)));

        Assert.Equal(2, folders.Distinct().Count());
    }

    [Fact]
    public void The_password_is_asked_for_and_nowhere_written()
    {
        Assert.Equal("${PORTAL_DB_PASSWORD:?set PORTAL_DB_PASSWORD}", Map(Service("postgres")["environment"])["POSTGRES_PASSWORD"]);
    }

    [Fact]
    public void Every_named_volume_is_declared()
    {
        var used = Map(s_file["services"]).Values.SelectMany(service => List(Map(service)["volumes"])).Select(volume => volume.Split(':')[0]);

        Assert.Equal(Map(s_file["volumes"]).Keys.Order(StringComparer.Ordinal), used.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Compose_itself_accepts_it_where_it_is_installed()
    {
        var plugin = await TryAsync("docker", "compose", "version");
        var program = plugin is { ExitCode: 0 } ? (string[])["docker", "compose"] : await TryAsync("docker-compose", "version") is { ExitCode: 0 } ? ["docker-compose"] : null;
        Assert.SkipWhen(program is null, "Compose is not installed.");

        await CommandLine.RequireAsync("env", ["PORTAL_DB_PASSWORD=secret", .. program!, "-f", Repository.PathTo("docker-compose.yml"), "config"]);
    }

    private static async Task<CommandLine.Result?> TryAsync(string program, params string[] arguments)
    {
        try
        {
            return await CommandLine.RunAsync(program, arguments);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null; // Not there.
        }
    }

    private static Dictionary<string, object> Read()
    {
        using var text = File.OpenText(Repository.PathTo("docker-compose.yml"));
        var parser = new MergingParser(new Parser(text));
        return new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(parser);
    }

    private static Dictionary<string, object> Service(string name) => Map(Map(s_file["services"])[name]);

    private static Dictionary<string, object> Map(object node) =>
        ((IDictionary<object, object>)node).ToDictionary(pair => (string)pair.Key, pair => pair.Value, StringComparer.Ordinal);

    private static List<string> List(object node) => [.. ((IEnumerable<object>)node).Cast<string>()];
}
