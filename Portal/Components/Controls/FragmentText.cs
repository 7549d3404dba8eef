using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Components.RenderTree;

namespace Portal.Components.Controls;

/// <summary>
/// Writes what a fragment draws as text: for cells of long tables, that only say something. The browser reads text many times faster than it follows
/// one instruction for each element and attribute. Fragments with components or handlers are refused.
/// </summary>
#pragma warning disable BL0006 // It reads what is drawn, as renderers do.
internal static class FragmentText
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    public static MarkupString Of(RenderFragment content)
    {
        using var builder = new RenderTreeBuilder();
        content(builder);
        var frames = builder.GetFrames();
        var text = new StringBuilder();
        WriteAll(frames.Array.AsSpan(0, frames.Count), text);
        return new MarkupString(text.ToString());
    }

    private static void WriteAll(ReadOnlySpan<RenderTreeFrame> frames, StringBuilder text)
    {
        while (!frames.IsEmpty)
        {
            frames = frames[Write(frames, text)..];
        }
    }

    /// <summary>Writes the first of the frames.</summary>
    /// <returns>How many it took.</returns>
    private static int Write(ReadOnlySpan<RenderTreeFrame> frames, StringBuilder text)
    {
        var frame = frames[0];
        switch (frame.FrameType)
        {
            case RenderTreeFrameType.Text:
                text.Append(Encoder.Encode(frame.TextContent));
                return 1;
            case RenderTreeFrameType.Markup:
                text.Append(frame.MarkupContent);
                return 1;
            case RenderTreeFrameType.Region:
                WriteAll(frames[1..frame.RegionSubtreeLength], text);
                return frame.RegionSubtreeLength;
            case RenderTreeFrameType.Element:
                text.Append('<').Append(frame.ElementName);
                var inside = 1;
                for (; inside < frame.ElementSubtreeLength && frames[inside].FrameType == RenderTreeFrameType.Attribute; inside++)
                {
                    WriteAttribute(frames[inside], text);
                }
                text.Append('>');
                WriteAll(frames[inside..frame.ElementSubtreeLength], text);
                text.Append("</").Append(frame.ElementName).Append('>');
                return frame.ElementSubtreeLength;
            default:
                throw new NotSupportedException($"A {frame.FrameType} cannot be text.");
        }
    }

    private static void WriteAttribute(RenderTreeFrame attribute, StringBuilder text)
    {
        switch (attribute.AttributeValue)
        {
            case string value:
                text.Append(' ').Append(attribute.AttributeName).Append("=\"").Append(Encoder.Encode(value)).Append('"');
                break;
            case true:
                text.Append(' ').Append(attribute.AttributeName);
                break;
            default:
                throw new NotSupportedException($"{attribute.AttributeName} cannot be text.");
        }
    }
}
