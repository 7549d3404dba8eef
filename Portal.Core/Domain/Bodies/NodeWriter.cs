using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Portal.Core.Domain.Bodies;

/// <summary>Writes a tree as JSON or YAML, fields in the tree's order.</summary>
internal static class NodeWriter
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonWriterOptions Indented = Compact with { Indented = true };

    public static string ToJson(Node node, bool indented = false)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, indented ? Indented : Compact))
        {
            Write(writer, node);
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static string ToYaml(Node node)
    {
        using var text = new StringWriter { NewLine = "\n" };
        YamlWriter.Write(text, node);
        return text.ToString();
    }

    public static void Write(Utf8JsonWriter writer, Node node)
    {
        switch (node.Kind)
        {
            case NodeKind.Map:
                writer.WriteStartObject();
                foreach (var (name, value) in node.Entries)
                {
                    writer.WritePropertyName(name);
                    Write(writer, value);
                }
                writer.WriteEndObject();
                break;
            case NodeKind.List:
                writer.WriteStartArray();
                foreach (var item in node.Items)
                {
                    Write(writer, item);
                }
                writer.WriteEndArray();
                break;
            case NodeKind.Text:
                writer.WriteStringValue(node.Literal);
                break;
            case NodeKind.Number or NodeKind.Boolean:
                writer.WriteRawValue(node.Literal);
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }
}
