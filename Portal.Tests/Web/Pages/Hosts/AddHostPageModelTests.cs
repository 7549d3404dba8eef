using Portal.Components.Pages.Hosts;
using Portal.Core.Domain;
using Portal.Core.Engine;

namespace Portal.Tests.Web.Pages.Hosts;

public sealed class AddHostPageModelTests
{
    [Theory]
    [InlineData(true, true)]
    [InlineData(false, null)]
    public void A_rebalance_follows_where_that_is_ticked_and_else_as_the_cluster_is_set(bool ticked, bool? asked) =>
        Assert.Equal(asked, new AddHostPageModel { Name = "h1", Endpoint = "unix:///var/run/docker.sock", Rebalance = ticked }.ToRequest(needsName: true)!.Rebalance);

    [Fact]
    public void Every_fault_is_said_at_once()
    {
        var model = new AddHostPageModel { Labels = "zone=a\nnonsense", GraceSeconds = "soon" };
        Assert.Null(model.ToRequest(needsName: true));
        Assert.Equal(["name", "endpoint", "grace", "labels"], model.Faults.Select(f => f.Path));
    }

    [Fact]
    public void A_name_is_not_needed_to_test()
    {
        var request = new AddHostPageModel { Endpoint = " ssh://root@h1 ", Labels = "zone = a\n\nrack=3=4", GraceSeconds = "30" }.ToRequest(needsName: false);
        Assert.NotNull(request);
        Assert.Equal("ssh://root@h1", request.Endpoint);
        Assert.Null(request.Address);
        Assert.Null(request.Tls);
        Assert.Equal("a", request.Labels!["zone"]);
        Assert.Equal("3=4", request.Labels["rack"]);
        Assert.Equal(TimeSpan.FromSeconds(30), request.Grace);
    }

    [Fact]
    public void Certificates_come_all_three_or_none_and_only_with_tcp()
    {
        var model = new AddHostPageModel { Endpoint = "tcp://h1:2376", Ca = "CA" };
        Assert.Null(model.ToRequest(false));
        Assert.Equal(["tls.cert", "tls.key"], model.Faults.Select(f => f.Path));
        model.Cert = "CERT";
        model.Key = "KEY";
        Assert.Equal(new EngineTls("CA\n", "CERT\n", "KEY\n"), model.ToRequest(false)!.Tls);
        model.Endpoint = "unix:///var/run/docker.sock";
        Assert.Null(model.ToRequest(false)!.Tls);
    }

    [Fact]
    public void An_answer_is_void_once_the_form_is_edited()
    {
        var model = new AddHostPageModel { Endpoint = "tcp://h1:2375" };
        model.Began();
        Assert.Equal(ConnectionTest.Trying, model.Test);
        model.Succeeded(new EngineInfo { Version = "27.1.1", ApiVersion = "1.46", Os = "linux", OsName = "Debian 12", Architecture = "amd64", Cpus = 1, MemoryBytes = 2L << 30 });
        Assert.Equal("Docker 27.1.1 (API 1.46) on Debian 12, amd64, 1 CPU, 2 GiB.", model.Answer);
        model.Edited();
        Assert.Equal(ConnectionTest.NotTried, model.Test);
        Assert.Equal("", model.Answer);
    }

    [Theory]
    [InlineData("tcp://h1:2375", "Connection refused (h1:2375)", "dockerd -H tcp")]
    [InlineData("tcp://h1:2375", "No answer within 5 s: timed out", "firewall")]
    [InlineData("tcp://h1:2376", "The remote certificate is invalid", "authority signed")]
    [InlineData("unix:///x.sock", "Permission denied /x.sock", "group that owns the socket")]
    [InlineData("ssh://u@h", "Permission denied (publickey)", "authorized_keys")]
    public void A_failure_says_what_to_do(string endpoint, string words, string advice)
    {
        var model = new AddHostPageModel { Endpoint = endpoint };
        model.Began();
        model.Failed(new RefusedException(RefusalKind.Unprocessable, words));
        Assert.Equal(ConnectionTest.Failed, model.Test);
        Assert.Equal(words, model.Refusal);
        Assert.Contains(advice, model.Advice);
    }
}
