using FsCheck;
using FsCheck.Fluent;
using Portal.Agents.Docker;
using Portal.Agents.Docker.Transport;
using Portal.Core.Engine;

namespace Portal.Tests.Agents.Docker;

public sealed class EngineAddressTests
{
    [Theory]
    [InlineData("unix:///var/run/docker.sock", EngineTransport.Unix, "/var/run/docker.sock", "", 0, null)]
    [InlineData("tcp://10.0.0.1:2375", EngineTransport.Tcp, "", "10.0.0.1", 2375, null)]
    [InlineData("tcp://engine.example:2376", EngineTransport.Tcp, "", "engine.example", 2376, null)]
    [InlineData("tcp://[fd00::2]:2375", EngineTransport.Tcp, "", "fd00::2", 2375, null)]
    [InlineData("ssh://host", EngineTransport.Ssh, "", "host", 0, null)]
    [InlineData("ssh://de-ploy.er@my-host.example:2222", EngineTransport.Ssh, "", "my-host.example", 2222, "de-ploy.er")]
    [InlineData("ssh://root@[::1]:22", EngineTransport.Ssh, "", "::1", 22, "root")]
    public void An_address_is_read_and_written_again(string text, EngineTransport transport, string path, string host, int port, string? user)
    {
        Assert.True(EngineAddress.TryParse(text, out var address, out _));
        Assert.Equal((transport, path, host, port, user), (address.Transport, address.Path, address.Host, address.Port, address.User));
        Assert.Equal(text, address.ToString());
    }

    public static TheoryData<string> Hostile =>
    [
        "", "docker", "http://a:1", "unix://relative", "unix:///" + new string('a', 107), "unix:///a b", "unix:///a\0b",
        "tcp://", "tcp://host", "tcp://host:", "tcp://host:0", "tcp://host:65536", "tcp://host:+1", "tcp://host:1/path", "tcp://user@host:1",
        "tcp://-host:1", "tcp://ho st:1", "tcp://[::1:1", "tcp://[fe80::1%eth0]:1", "tcp://[1.2.3.4]:1", "tcp://host:1\n",
        "ssh://", "ssh://-oProxyCommand=id", "ssh://-oProxyCommand=id@host", "ssh://user@-oProxyCommand=id", "ssh://user@host:22:22",
        "ssh://user:secret@host", "ssh://us er@host", "ssh://user@host;id", "ssh://user@$(id)", "ssh://user@`id`", "ssh://user@host|id",
        "ssh://user@host\n-oX", "ssh://@host", "ssh://user@", "ssh://user@host/path", "ssh://user@host?x", "ssh://a@b@c", "ssh://.user@host", "ssh://user@host%h",
    ];

    [Theory, MemberData(nameof(Hostile))]
    public void What_could_be_taken_for_something_else_is_refused_with_a_sentence(string text)
    {
        Assert.False(EngineAddress.TryParse(text, out _, out var fault));
        Assert.EndsWith(".", fault);
        var failure = Assert.Throws<EngineException>(() => new DockerEngineFactory(new(), TimeProvider.System).Connect(new(text)));
        Assert.Equal(EngineError.InvalidEndpoint, failure.Error);
    }

    [Fact]
    public void No_accepted_ssh_address_puts_an_option_or_a_metacharacter_on_the_command_line()
    {
        var pieces = Gen.Elements("-", "o", "a", "9", ".", "@", ":", "22", "[", "]", " ", "\n", ";", "$", "(", "%", "'", "\"", "\\", "/", "=", "_", "é");
        Prop.ForAll(pieces.ListOf().ToArbitrary(), parts =>
        {
            if (!EngineAddress.TryParse("ssh://" + string.Concat(parts), out var address, out _)) return true;
            string[] given = [address.Host, address.User ?? "u"];
            return given.All(g => !g.StartsWith('-') && g.All(c => char.IsAsciiLetterOrDigit(c) || "._-:".Contains(c)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }

    [Fact]
    public void The_ssh_command_is_made_of_separate_words_with_the_host_behind_two_dashes()
    {
        EngineAddress.TryParse("ssh://root@host:2222", out var address, out _);
        var start = SshDialer.StartInfo(address, new DockerEngineOptions { SshFolder = "/data/100% ssh", SshIdentityFile = "/data/key", ConnectTimeout = TimeSpan.FromSeconds(1.2) }, "docker", "system", "dial-stdio");

        var words = start.ArgumentList.ToList();
        Assert.Equal("ssh", start.FileName);
        Assert.Equal(["--", "host", "docker", "system", "dial-stdio"], words[^5..]);
        Assert.Contains("BatchMode=yes", words);
        Assert.Contains("ConnectTimeout=2", words);
        Assert.Contains("StrictHostKeyChecking=accept-new", words);
        Assert.Contains("UserKnownHostsFile=\"/data/100%% ssh/known_hosts\"", words);
        Assert.Equal(["-l", "root"], words[words.IndexOf("-l")..(words.IndexOf("-l") + 2)]);
        Assert.Equal(["-p", "2222"], words[words.IndexOf("-p")..(words.IndexOf("-p") + 2)]);
        Assert.Equal(["-i", "/data/key"], words[words.IndexOf("-i")..(words.IndexOf("-i") + 2)]);
        Assert.True(words.IndexOf("-i") < words.IndexOf("--"));
    }

    [Fact]
    public void Certificates_go_with_tcp_only()
    {
        var failure = Assert.Throws<EngineException>(() => new DockerEngineFactory(new(), TimeProvider.System).Connect(new("ssh://host", new("", "", ""))));
        Assert.Equal(EngineError.InvalidEndpoint, failure.Error);
    }
}
