using System.Buffers.Binary;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Portal.Agents.Docker.Logs;
using Portal.Core.Engine;

namespace Portal.Tests.Agents.Docker;

public sealed class LogDecoderTests
{
    private static readonly DateTimeOffset At = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddTicks(1234567);
    private const string Stamp = "2026-01-02T03:04:05.123456789Z ";

    [Fact]
    public void Lines_are_the_same_however_the_network_cuts_the_bytes()
    {
        var texts = Gen.Elements("", "a", "two words", "ünï", "2026-01-02T03:04:05.123456789Z in the text", "\t", "🐳 whale", new string('y', 300));
        var messages = (from text in texts from error in Gen.Elements(true, false) select (text, error)).ListOf();
        var cuts = Gen.Choose(1, 50).NonEmptyListOf();
        Prop.ForAll(messages.ToArbitrary(), cuts.ToArbitrary(), (all, sizes) =>
        {
            var bytes = all.SelectMany(m => Frame(m.error, Stamp + m.text + "\n")).ToArray();
            var lines = Decode(Cut(bytes, sizes));
            return lines.SequenceEqual(all.Select(m => new LogLine(At, m.error, m.text)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Fact]
    public void A_line_in_several_messages_is_one_line_with_its_first_stamp()
    {
        byte[] bytes = [
            .. Frame(false, Stamp + "be"), .. Frame(true, Stamp + "other\n"),
            .. Frame(false, "2026-01-02T03:04:06.000000000Z ginn"), .. Frame(false, "2026-01-02T03:04:07.000000000Z ing\n")];

        Assert.Equal([new(At, true, "other"), new(At, false, "beginning")], Decode([bytes]));
    }

    [Fact]
    public void A_long_line_is_cut_between_characters_and_loses_none()
    {
        var text = string.Concat(Enumerable.Repeat("ab€🐳", 30_000));
        var bytes = Encoding.UTF8.GetBytes(text);
        var frames = bytes.Chunk(16384).SelectMany(chunk => Frame(false, [.. Encoding.ASCII.GetBytes(Stamp), .. chunk])).Concat(Frame(false, Stamp + "\n")).ToArray();

        var lines = Decode(Cut(frames, [1000, 7, 4096]));

        Assert.Equal(text, string.Concat(lines.Select(l => l.Text)));
        Assert.All(lines, l => Assert.InRange(Encoding.UTF8.GetByteCount(l.Text), 1, LineAssembler.LineMaxBytes));
    }

    [Theory]
    [InlineData("no stamp at all\n", "no stamp at all")]
    [InlineData("nospaceanywherebutalongword-longer-than-any-stamp-is\n", "nospaceanywherebutalongword-longer-than-any-stamp-is")]
    [InlineData("short\n", "short")]
    [InlineData("unended", "unended")]
    [InlineData(Stamp + "unended", "unended")]
    [InlineData(Stamp + "with return\r\n", "with return")]
    public void What_has_no_stamp_or_no_end_is_a_line_all_the_same(string message, string expected) =>
        Assert.Equal([expected], Decode([Frame(false, message)]).Select(l => l.Text));

    [Fact]
    public void A_terminals_bytes_have_no_frames() =>
        Assert.Equal([new(At, false, "one"), new(At, false, ""), new(At, false, "two")],
            Decode(Cut(Encoding.UTF8.GetBytes($"{Stamp}one\r\n{Stamp}\r\n{Stamp}two\r\n"), [3])));

    [Fact]
    public void Any_bytes_are_decoded_without_failing_or_hoarding()
    {
        var random = new Random(7);
        var noise = new byte[1_000_000];
        random.NextBytes(noise);
        noise[0] = 1;
        Assert.NotNull(Decode(Cut(noise, [5000])));
        noise[0] = 50;
        Assert.All(Decode(Cut(noise, [5000])), l => Assert.True(l.Text.Length <= LineAssembler.LineMaxBytes));
    }

    [Theory]
    [InlineData("2026-01-02T03:04:05.123456789Z")]
    [InlineData("2026-01-02T04:04:05.1234567+01:00")]
    [InlineData("2026-01-02T03:04:05.12345678Z")]
    public void Stamps_are_read_to_a_tick(string stamp)
    {
        Assert.True(LineAssembler.TryParse(Encoding.ASCII.GetBytes(stamp), out var at));
        Assert.Equal(At, at);
    }

    private static List<LogLine> Decode(IEnumerable<byte[]> pieces)
    {
        var decoder = new LogDecoder();
        var lines = new List<LogLine>();
        foreach (var piece in pieces) decoder.Feed(piece, lines);
        decoder.Finish(lines);
        return lines;
    }

    private static IEnumerable<byte[]> Cut(byte[] bytes, IReadOnlyList<int> sizes)
    {
        for (int at = 0, i = 0; at < bytes.Length; at += sizes[i % sizes.Count], i++)
            yield return bytes[at..Math.Min(bytes.Length, at + sizes[i % sizes.Count])];
    }

    private static byte[] Frame(bool error, string text) => Frame(error, Encoding.UTF8.GetBytes(text));

    private static byte[] Frame(bool error, byte[] text)
    {
        var frame = new byte[8 + text.Length];
        frame[0] = error ? (byte)2 : (byte)1;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), text.Length);
        text.CopyTo(frame, 8);
        return frame;
    }
}
