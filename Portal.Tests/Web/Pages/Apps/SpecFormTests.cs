using System.Text.Json.Nodes;
using Portal.Components.Pages.Apps.Drafts;

namespace Portal.Tests.Web.Pages.Apps;

public sealed class SpecFormTests
{
    [Fact]
    public void An_image_alone_says_nothing_else() =>
        Assert.Equal("""{"image":"nginx:1.27"}""", new SpecForm { Image = " nginx:1.27 " }.ToJson().ToJsonString());

    public static TheoryData<string> Specs => new(
        """{"image":"a"}""",
        """{"image":"a","replicas":3,"kind":"global","pull":"always","entrypoint":["/bin/sh","-c"],"command":["one two",""," three"],"workingDir":"/w","user":"1:2","network":"host"}""",
        """{"image":"a","env":{"A":"1","B":" spaced "},"labels":{"x":"y"}}""",
        """{"image":"a","ports":[{"name":"http","containerPort":80},{"name":"dns","containerPort":53,"hostPort":5353,"protocol":"udp","public":true}]}""",
        """{"image":"a","volumes":[{"name":"data","path":"/data"},{"name":"more","path":"/more","readOnly":true,"onHostLoss":"startEmpty"}]}""",
        """{"image":"a","initContainers":[{"name":"migrate","image":"b","command":["run","it"],"env":{"A":"1"}}],"sidecars":[{"name":"log","image":"c","entrypoint":["/x"],"workingDir":"/w","user":"1","volumes":[{"name":"data","path":"/in"},{"name":"data","path":"/ro","readOnly":true}],"resources":{"reservations":{"cpus":0.1,"memory":"64M"},"limits":{"cpus":1,"memory":"256M"}},"health":{"kind":"command","command":["true"],"interval":"1s","timeout":"2s","retries":3,"startPeriod":"5s","onUnhealthy":"replace"}}]}""",
        """{"image":"a","resources":{"reservations":{"cpus":0.1,"memory":"64M"},"limits":{"cpus":1,"memory":"256M"}}}""",
        """{"image":"a","health":{"kind":"command","command":["true"],"interval":"1s","timeout":"2s","retries":3,"startPeriod":"5s","onUnhealthy":"replace"}}""",
        """{"image":"a","health":{"kind":"http","port":"http","path":"/up"}}""",
        """{"image":"a","health":{"kind":"http","path":"/up","headers":{"Host":"a.example"},"match":{"status":"200-299,401","body":" ok"},"successThreshold":2}}""",
        """{"image":"a","health":{"kind":"tcp","port":"db","successThreshold":3,"onUnhealthy":"none"}}""",
        """{"image":"a","restart":{"policy":"onFailure","maxPerHost":2,"window":"1m"}}""",
        """{"image":"a","placement":{"strategy":"binpack","constraints":["host.labels.zone == a"],"spreadBy":["host.labels.zone"],"maxPerHost":1}}""",
        """{"image":"a","update":{"order":"stopFirst","maxSurge":"25%","maxUnavailable":1,"minReady":"5s","progressDeadline":"1m","onFailure":"pause","canary":[{"percent":25,"pause":"10m"},{"percent":50,"pause":"manual"}]},"stop":{"signal":"SIGINT","gracePeriod":"3s"}}""");

    [Theory]
    [MemberData(nameof(Specs))]
    public void A_spec_comes_back_from_the_form_as_it_was(string json)
    {
        var written = SpecForm.Of(JsonNode.Parse(json)!.AsObject()).ToJson();
        Assert.Equal(json.ReplaceLineEndings(), written.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    }

    [Fact]
    public void What_is_no_number_goes_through_for_the_codec_to_refuse()
    {
        var form = new SpecForm { Image = "a", Replicas = "many" };
        form.Ports.Add(new PortLine { Name = "http", ContainerPort = "eighty" });
        Assert.Equal("""{"image":"a","replicas":"many","ports":[{"name":"http","containerPort":"eighty"}]}""", form.ToJson().ToJsonString());
    }

    [Fact]
    public void Statuses_written_as_numbers_or_a_list_become_one_text()
    {
        Assert.Equal("200", SpecForm.Of(JsonNode.Parse("""{"image":"a","health":{"kind":"http","match":{"status":200}}}""")!.AsObject()).HealthStatus);
        Assert.Equal("200,300-399", SpecForm.Of(JsonNode.Parse("""{"image":"a","health":{"kind":"http","match":{"status":[200,"300-399"]}}}""")!.AsObject()).HealthStatus);
    }

    [Fact]
    public void What_another_kind_of_check_hides_is_not_sent()
    {
        var form = new SpecForm { Image = "a", HealthKind = "command", HealthCommand = "true", HealthPath = "/up", HealthStatus = "200", HealthBody = "ok", HealthSuccessThreshold = "2" };
        form.HealthHeaders.Add(new Pair { Key = "X", Value = "1" });
        Assert.Equal("""{"image":"a","health":{"kind":"command","command":["true"]}}""", form.ToJson().ToJsonString());
    }

    [Fact]
    public void Empty_lines_are_not_sent()
    {
        var form = new SpecForm { Image = "a" };
        form.Env.Add(new Pair());
        form.Ports.Add(new PortLine());
        form.Volumes.Add(new VolumeLine());
        form.Canary.Add(new CanaryLine());
        form.Sidecars.Add(new PartLine());
        form.InitContainers.Add(new PartLine());
        Assert.Equal("""{"image":"a"}""", form.ToJson().ToJsonString());
    }
}
