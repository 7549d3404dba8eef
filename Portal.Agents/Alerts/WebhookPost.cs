using System.Net.Http.Headers;
using System.Text;
using Portal.Core.Alerts;
using Portal.Core.State.Alerts;

namespace Portal.Agents.Alerts;

/// <summary>A POST of JSON. No proxy, no cookies, no redirects: an answer elsewhere would not have been checked.</summary>
internal static class WebhookPost
{
    private const int MostRead = 400;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task<NoticeAnswer> SendAsync(Uri url, NoticeMessage message, AllowedAddresses allowed, CancellationToken cancellation)
    {
        using var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = 16,
            ConnectCallback = async (context, token) => await OutsideDialer.DialAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, allowed, token),
        };
        using var invoker = new HttpMessageInvoker(handler);
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(message.Json, Encoding.UTF8, "application/json") };
        request.Headers.Add("Portal-Notice-Id", message.Id.ToString());
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Portal", "1"));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        using var response = await invoker.SendAsync(request, limit.Token);
        var code = (int)response.StatusCode;
        var words = code is >= 300 and < 400 ? "a redirect, which is not followed" : await ReadAsync(response, limit.Token);
        return new NoticeAnswer(response.IsSuccessStatusCode, $"{code} {response.ReasonPhrase}{(words.Length == 0 ? "" : $": {words}")}");
    }

    private static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var buffer = new byte[MostRead];
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var read = await stream.ReadAtLeastAsync(buffer, MostRead, throwOnEndOfStream: false, cancellation);
        return string.Concat(Encoding.UTF8.GetString(buffer, 0, read).Select(c => char.IsControl(c) ? ' ' : c)).Trim();
    }
}
