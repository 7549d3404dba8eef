using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Portal.Core.Domain.Bodies;

/// <summary>Writes a tree as one YAML document that reads back as the same.</summary>
internal static class YamlWriter
{
    private const int NoWrapping = int.MaxValue;

    // Text to us, but truth values to readers of older YAML.
    private static readonly HashSet<string> Ambiguous = new(StringComparer.OrdinalIgnoreCase) { "y", "n", "yes", "no", "on", "off", "<<", "=" };

    public static void Write(TextWriter writer, Node node)
    {
        var emitter = new Emitter(writer, new EmitterSettings(bestIndent: 2, bestWidth: NoWrapping, isCanonical: false, maxSimpleKeyLength: 1024));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Emit(emitter, node);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
    }

    private static void Emit(Emitter emitter, Node node)
    {
        switch (node.Kind)
        {
            case NodeKind.Map:
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, node.Entries.Count == 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var (name, value) in node.Entries)
                {
                    EmitText(emitter, name);
                    Emit(emitter, value);
                }
                emitter.Emit(new MappingEnd());
                break;
            case NodeKind.List:
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, node.Items.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var item in node.Items)
                {
                    Emit(emitter, item);
                }
                emitter.Emit(new SequenceEnd());
                break;
            case NodeKind.Text:
                EmitText(emitter, node.Literal);
                break;
            default:
                EmitScalar(emitter, node.Kind is NodeKind.Number or NodeKind.Boolean ? node.Literal : "null", ScalarStyle.Plain);
                break;
        }
    }

    private static void EmitText(Emitter emitter, string text)
    {
        var isPlain = text.Length > 0 && text.All(c => c is >= ' ' and < '\u007F') && YamlScalars.Resolve(text).Kind == NodeKind.Text && !Ambiguous.Contains(text);
        EmitScalar(emitter, text, isPlain ? ScalarStyle.Any : ScalarStyle.DoubleQuoted);
    }

    private static void EmitScalar(Emitter emitter, string text, ScalarStyle style) =>
        emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, text, style, isPlainImplicit: true, isQuotedImplicit: true));
}
