using System.Text;
using System.Text.Json;
using Portal.Core.Domain.Bodies;

namespace Portal.Core.Domain.Specs;

/// <summary>Reads and writes AppSpecs as JSON and YAML, in the shape of the API.</summary>
public static class SpecCodec
{
    /// <summary>Reads a JSON body. Never throws: whatever is wrong is told in the result.</summary>
    public static SpecReading ReadJson(ReadOnlyMemory<byte> utf8)
    {
        var faults = new FaultCollector();
        return SpecReader.Read(JsonTree.Read(utf8.Span, faults), faults);
    }

    /// <summary>Reads JSON text.</summary>
    public static SpecReading ReadJson(string json) => ReadJson(Encoding.UTF8.GetBytes(json));

    /// <summary>Reads a YAML body in UTF-8.</summary>
    public static SpecReading ReadYaml(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            return ReadYaml(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(utf8.Span));
        }
        catch (DecoderFallbackException)
        {
            return new SpecReading(null, [new Fault("", "must be UTF-8")], []);
        }
    }

    /// <summary>
    /// Reads YAML text: one document, anchors and <c>&lt;&lt;</c> allowed. An unquoted number or truth value stands for itself as text where text
    /// is wanted (<c>env: { PORT: 8080 }</c>); quoted ones stay text.
    /// </summary>
    public static SpecReading ReadYaml(string yaml)
    {
        var faults = new FaultCollector();
        return SpecReader.Read(YamlTree.Read(yaml, faults), faults);
    }

    /// <summary>Judges a spec that was put together in code, such as by a form, by the rules for bodies; the request in the result is in normal form.</summary>
    public static SpecReading Validate(AppSpec spec, int? replicas)
    {
        var faults = new FaultCollector();
        var tree = SpecTree.Of(spec, replicas);
        TextRules.CheckAll(tree, BodyPath.Root, faults);
        return SpecReader.Read(tree, faults);
    }

    /// <summary>The spec in the shape of the API, every default spelled out.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="replicas">The wanted count; null for a global app.</param>
    public static string WriteJson(AppSpec spec, int? replicas) => NodeWriter.ToJson(SpecTree.Of(spec, replicas), indented: true);

    /// <summary>The same into a larger document.</summary>
    public static void WriteJson(Utf8JsonWriter writer, AppSpec spec, int? replicas) => NodeWriter.Write(writer, SpecTree.Of(spec, replicas));

    /// <summary>The same as YAML.</summary>
    public static string WriteYaml(AppSpec spec, int? replicas) => NodeWriter.ToYaml(SpecTree.Of(spec, replicas));

    /// <summary>
    /// One text for equal specs, and different ones for different: compact JSON without the replica count. Compare the canonical text of what was
    /// read back, not a stored one: a database may order its fields differently.
    /// </summary>
    public static string Canonical(AppSpec spec) => NodeWriter.ToJson(SpecTree.Of(spec));

    /// <summary>Reads back what <see cref="Canonical"/> wrote. Rules that were added since refuse nothing.</summary>
    /// <exception cref="FormatException">It is no JSON object with an image.</exception>
    public static AppSpec FromCanonical(string json)
    {
        var faults = new FaultCollector();
        var spec = JsonTree.Read(Encoding.UTF8.GetBytes(json), faults) is { } node ? SpecReader.ReadTrusted(node, faults) : null;
        return spec is { Image.Length: > 0 } ? spec : throw new FormatException("A stored spec cannot be read.");
    }
}
