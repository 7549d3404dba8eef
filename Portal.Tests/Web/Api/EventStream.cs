using System.Text.Json;

namespace Portal.Tests.Web.Api;

/// <summary>A reader of server-sent events.</summary>
internal sealed class EventStream(HttpResponseMessage response, StreamReader reader) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public List<string> Comments { get; } = [];

    public static async Task<EventStream> OpenAsync(HttpClient client, string query = "", string? lastId = null, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/watch" + query);
        if (lastId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastId);
        }
        if (token is not null)
        {
            request.Headers.Add("Authorization", "Bearer " + token);
        }
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return new EventStream(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    /// <summary>The next event; null at the end of the stream.</summary>
    public async Task<StreamEvent?> NextAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        var (type, id, data) = ("", (string?)null, (string?)null);
        while (await reader.ReadLineAsync(deadline.Token) is { } line)
        {
            if (line.StartsWith(':'))
            {
                Comments.Add(line);
            }
            else if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                type = line[7..];
            }
            else if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                id = line[4..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                data = line[6..];
            }
            else if (line.Length == 0 && data is not null)
            {
                return new StreamEvent(type, id, JsonDocument.Parse(data).RootElement);
            }
        }
        return null;
    }

    public async Task<IReadOnlyList<StreamEvent>> TakeAsync(int count)
    {
        var events = new List<StreamEvent>();
        while (events.Count < count && await NextAsync() is { } next)
        {
            events.Add(next);
        }
        return events;
    }

    public void Dispose()
    {
        reader.Dispose();
        response.Dispose();
    }
}

/// <summary>One server-sent event.</summary>
internal sealed record StreamEvent(string Type, string? Id, JsonElement Data)
{
    public string Kind => Data.GetProperty("kind").GetString()!;

    /// <summary>As <c>changed apps default/web</c>, or <c>snapshot apps 2</c>.</summary>
    public override string ToString() => $"{Type} {Kind} {(Type == "snapshot" ? Data.GetProperty("items").GetArrayLength() : Data.GetProperty("key").GetString())}";
}
