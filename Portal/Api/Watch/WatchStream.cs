using System.Text;
using Portal.Api.Http;
using Portal.Core.Domain;

namespace Portal.Api.Watch;

/// <summary>One reader's stream of server-sent events.</summary>
internal sealed class WatchStream(HttpResponse response, WatchHub hub, IReadOnlyList<WatchKind> kinds, CancellationToken cancellation)
{
    /// <summary>Sends everything anew where there is a table, else what changed. The last event of each batch carries the number up to which it tells.</summary>
    public async Task SendAsync(WatchBatch batch, Actor actor)
    {
        if (batch.Table is { } table)
        {
            for (var i = 0; i < kinds.Count; i++)
            {
                // A stream cut between two snapshots must begin anew: only the last one can be resumed from.
                Write(Snapshot(table, kinds[i], actor, i == kinds.Count - 1 ? batch.Number : null));
                await FlushAsync();
            }
            return;
        }
        foreach (var change in batch.Changes.Where(c => kinds.Contains(c.Kind) && c.Item.IsSeenBy(actor)))
        {
            Write(Event(change, actor));
            if (response.BodyWriter.UnflushedBytes > 64 * 1024)
            {
                await FlushAsync();
            }
        }
        await FlushAsync();
    }

    /// <summary>Lets the reader know at once that it is connected, and how soon to come back when it is not, in milliseconds.</summary>
    public async Task OpenAsync()
    {
        Write("retry: 2000\n\n");
        await FlushAsync();
    }

    public async Task SendCommentAsync(string text)
    {
        Write($": {text}\n\n");
        await FlushAsync();
    }

    private string Snapshot(WatchTable table, WatchKind kind, Actor actor, long? number)
    {
        var text = new StringBuilder("event: snapshot\n");
        if (number is not null)
        {
            text.Append($"id: {hub.Run}-{number}\n");
        }
        text.Append($"data: {{\"kind\":\"{Words.ChoiceOf(kind)}\",\"items\":[");
        text.AppendJoin(',', table[kind].Where(e => e.Value.IsSeenBy(actor)).OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => e.Value.JsonFor(actor)));
        return text.Append("]}\n\n").ToString();
    }

    private string Event(WatchChange change, Actor actor)
    {
        var item = change.Removed ? "" : $",\"item\":{change.Item.JsonFor(actor)}";
        return $"event: {(change.Removed ? "removed" : "changed")}\nid: {hub.Run}-{change.Number}\n"
            + $"data: {{\"kind\":\"{Words.ChoiceOf(change.Kind)}\",\"key\":\"{change.Key}\"{item}}}\n\n";
    }

    private void Write(string text) => Encoding.UTF8.GetBytes(text, response.BodyWriter);

    private async Task FlushAsync() => await response.BodyWriter.FlushAsync(cancellation);
}
