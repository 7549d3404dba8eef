using System.Text;
using System.Text.Json.Nodes;

namespace Portal.Tests.EndToEnd;

/// <summary>A request that must be refused.</summary>
internal sealed record BadRequest(HttpMethod Method, string Path, string MediaType, byte[] Body);

/// <summary>Makes requests whose body has at least one fault: good ones, harmed in one of many ways.</summary>
internal sealed class BadBodies(Random random)
{
    private static readonly (HttpMethod Method, string Path, string Body)[] Good =
    [
        (HttpMethod.Put, PortalApi.Path("web"), """{"image":"test/busybox:1","replicas":2,"env":{"A":"b"},"ports":[{"name":"http","containerPort":80}],"volumes":[{"name":"data","path":"/data"}],"resources":{"limits":{"cpus":1,"memory":"64M"}},"update":{"order":"startFirst","maxSurge":1,"minReady":"1s"},"placement":{"constraints":["host.name == h1"]}}"""),
        (HttpMethod.Put, PortalApi.Path("other"), """{"image":"test/busybox:1","kind":"service","restart":{"policy":"always","maxPerHost":5,"window":"10m"},"stop":{"signal":"SIGTERM","gracePeriod":"10s"},"labels":{"a":"b"}}"""),
        (HttpMethod.Post, $"{PortalApi.Path("web")}/plan", """{"image":"test/busybox:1","replicas":3,"health":{"kind":"command","command":["true"],"interval":"10s"}}"""),
        (HttpMethod.Post, $"{PortalApi.Path("web")}/scale", """{"replicas":5}"""),
        (HttpMethod.Post, $"{PortalApi.Path("web")}/deploy", """{"image":"test/busybox:2","message":"new"}"""),
        (HttpMethod.Put, "hosts/h8", """{"endpoint":"tcp://127.0.0.1:1","address":"127.0.0.1","labels":{"zone":"a"},"grace":"5s"}"""),
        (HttpMethod.Put, "teams/others", """{"displayName":"Others","quota":{"cpus":1,"memory":"1G","instances":5}}"""),
        (HttpMethod.Post, "tokens", """{"name":"mine","expiresIn":"1h"}"""),
        (HttpMethod.Post, "users", """{"email":"somebody@example.org","administrator":false}"""),
    ];

    private static readonly string[] WrongValues = ["[[]]", "{\"x\":{}}", "1e999", "-0.5", "\"\\u0000\"", "[null,1]", "99999999999999999999"];

    public BadRequest Next()
    {
        var (method, path, body) = Good[random.Next(Good.Length)];
        return random.Next(7) switch
        {
            0 => Of(body[..random.Next(1, body.Length)]),
            1 => Of(body + Pick("}", "]", ",", "x", "{}", "\0")),
            2 => Of(WithField(body, Pick("zz", "Image", "privileged", "__proto__", "", "🐳", new string('a', 5000)), "true")),
            3 => Of(WrongType(body)),
            4 => new BadRequest(method, path, "application/json", Noise()),
            5 => Of(string.Concat(Enumerable.Repeat(Pick("[", "{\"a\":"), random.Next(1, 20_000)))),
            _ => new BadRequest(method, path, Pick("text/plain", "application/xml", "multipart/form-data"), Encoding.UTF8.GetBytes(body)),
        };

        BadRequest Of(string text) => new(method, path, "application/json", Encoding.UTF8.GetBytes(text));
    }

    // A byte that JSON cannot begin with, so that chance makes no good body.
    private byte[] Noise()
    {
        var noise = new byte[random.Next(1, 300)];
        random.NextBytes(noise);
        noise[0] = (byte)random.Next(0x80, 0x100);
        return noise;
    }

    private static string WithField(string body, string name, string value)
    {
        var tree = JsonNode.Parse(body)!.AsObject();
        tree[name] = JsonNode.Parse(value);
        return tree.ToJsonString();
    }

    private string WrongType(string body)
    {
        var names = JsonNode.Parse(body)!.AsObject().Select(p => p.Key).ToList();
        var name = names[random.Next(names.Count)];
        // Put in as text, for not every such number is one that a tree can hold.
        return WithField(body, name, "\"@@\"").Replace("\"@@\"", WrongValues[random.Next(WrongValues.Length)], StringComparison.Ordinal);
    }

    private T Pick<T>(params T[] choices) => choices[random.Next(choices.Length)];
}
