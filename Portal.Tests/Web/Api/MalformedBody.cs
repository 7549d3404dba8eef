using System.Text;
using System.Text.Json.Nodes;

namespace Portal.Tests.Web.Api;

/// <summary>Makes bodies that have a fault for certain, out of ones that have none.</summary>
internal static class MalformedBody
{
    private static readonly Func<Random, JsonNode, byte[]?>[] Ways =
    [
        Truncate, TrailRubbish, BreakUtf8, PutNul, Mistype, Mistype, Mistype, AddUnknown, AddUnknown, RepeatField, DropRequired, ReplaceWhole, NestDeep, Overflow,
    ];

    public static byte[] Make(Random random, string valid, bool firstIsRequired)
    {
        while (true)
        {
            var way = Ways[random.Next(Ways.Length)];
            if ((firstIsRequired || way != DropRequired) && way(random, JsonNode.Parse(valid)!) is { } body)
            {
                return body;
            }
        }
    }

    /// <summary>No beginning of an object is an object.</summary>
    private static byte[] Truncate(Random random, JsonNode body)
    {
        var text = Bytes(body);
        return text[..random.Next(text.Length)];
    }

    private static byte[] TrailRubbish(Random random, JsonNode body) => [.. Bytes(body), .. Encoding.UTF8.GetBytes(((string[])["}", "{}", ",", "\0", "x", "]"])[random.Next(6)])];

    private static byte[]? BreakUtf8(Random random, JsonNode body) => InText(random, body, [0xC3, 0x28]);

    private static byte[]? PutNul(Random random, JsonNode body) => InText(random, body, "\\u0000"u8);

    /// <summary>Puts bytes into one of the texts.</summary>
    private static byte[]? InText(Random random, JsonNode body, ReadOnlySpan<byte> bytes)
    {
        const string Mark = "MARKHERE";
        if (Pick(random, Values(body).Where(v => v.Value is JsonValue value && value.TryGetValue<string>(out _))) is not { } text)
        {
            return null;
        }
        text.Replace(JsonValue.Create(Mark));
        var whole = Bytes(body);
        var at = whole.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Mark));
        return [.. whole[..at], .. bytes, .. whole[(at + Mark.Length)..]];
    }

    /// <summary>Puts a value where it cannot be.</summary>
    private static byte[]? Mistype(Random random, JsonNode body)
    {
        if (Pick(random, Values(body).Where(v => v.Value is not null)) is not { } value)
        {
            return null;
        }
        value.Replace(value.Value switch
        {
            JsonObject => random.Next(2) == 0 ? JsonValue.Create(3) : new JsonArray(1, "a"),
            JsonArray => random.Next(2) == 0 ? JsonValue.Create("[]") : new JsonObject { ["a"] = 1 },
            JsonValue v when v.TryGetValue<string>(out _) => random.Next(2) == 0 ? new JsonObject() : new JsonArray(),
            _ => random.Next(2) == 0 ? JsonValue.Create("several") : new JsonArray(1),
        });
        return Bytes(body);
    }

    private static byte[]? AddUnknown(Random random, JsonNode body)
    {
        // Of maps that take any name there is nothing unknown.
        if (Pick(random, Values(body).Where(v => v.Value is JsonObject && v.Name is not ("env" or "labels"))) is not { } inner || random.Next(3) == 0)
        {
            body["x" + random.Next(1000)] = random.Next(2) == 0 ? JsonValue.Create(1) : new JsonObject();
        }
        else
        {
            inner.Value!["x" + random.Next(1000)] = "y";
        }
        return Bytes(body);
    }

    private static byte[] RepeatField(Random random, JsonNode body)
    {
        var first = body.AsObject().First();
        return Encoding.UTF8.GetBytes($"{{\"{first.Key}\":{first.Value!.ToJsonString()},{body.ToJsonString()[1..]}");
    }

    private static byte[] DropRequired(Random random, JsonNode body)
    {
        body.AsObject().Remove(body.AsObject().First().Key);
        return Bytes(body);
    }

    private static byte[] ReplaceWhole(Random random, JsonNode body) => Encoding.UTF8.GetBytes(((string[])["", "null", "[]", "3", "\"text\"", "[{}]", "true", "{\"\":1}", " ", "\uFEFF"])[random.Next(10)]);

    private static byte[] NestDeep(Random random, JsonNode body) => Encoding.UTF8.GetBytes($"{{\"deep\":{new string('[', random.Next(1, 5000))}");

    private static byte[]? Overflow(Random random, JsonNode body)
    {
        if (Pick(random, Values(body).Where(v => v.Value is JsonValue value && value.TryGetValue<int>(out _))) is not { } number)
        {
            return null;
        }
        number.Replace(JsonNode.Parse(((string[])["-1", "1e400", "99999999999999999999", "-0.5", "1e18"])[random.Next(5)]));
        return Bytes(body);
    }

    private static byte[] Bytes(JsonNode body) => Encoding.UTF8.GetBytes(body.ToJsonString());

    private static Place? Pick(Random random, IEnumerable<Place> places) => places.ToList() is { Count: > 0 } list ? list[random.Next(list.Count)] : null;

    private static IEnumerable<Place> Values(JsonNode? node) => node switch
    {
        JsonObject map => map.ToList().SelectMany(e => Values(e.Value).Prepend(new Place(e.Key, e.Value, v => map[e.Key] = v))),
        JsonArray list => Enumerable.Range(0, list.Count).SelectMany(i => Values(list[i]).Prepend(new Place("", list[i], v => list[i] = v))),
        _ => [],
    };

    private sealed record Place(string Name, JsonNode? Value, Action<JsonNode?> Replace);
}
