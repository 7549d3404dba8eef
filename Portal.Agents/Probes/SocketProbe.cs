using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Portal.Core.Domain;
using Portal.Core.Planning;

namespace Portal.Agents.Probes;

/// <summary>Asks over a new connection each time, so that it is the listening that is asked, and by a socket of its own, so that it costs little.</summary>
internal sealed class SocketProbe(TimeProvider time) : IProbe
{
    private const int ChunkBytes = 4096;
    private const long MostDrained = 64 * 1024;
    // An engine's own proxy accepts for a container that does not listen, and hangs up.
    private static readonly TimeSpan HangsUpWithin = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan DrainsFor = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan NamesKept = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<string, (IPAddress Address, long At)> _names = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<ProbeAnswer> AskAsync(ProbeQuestion question, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(question.Policy.Timeout);
        var connected = false;
        string? wrong;
        try
        {
            var address = await FindAsync(question.Address, limit.Token);
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(new IPEndPoint(address, question.Port), limit.Token);
            connected = true;
            wrong = question.Policy.Kind == HealthKind.Http ? null : await HangsUpAsync(socket, cancellation) ? "accepted a connection and closed it at once" : "";
            if (wrong is null)
            {
                for (var rest = question.Request; rest.Length > 0;)
                {
                    rest = rest[await socket.SendAsync(rest, limit.Token)..];
                }
                var answer = await ReadAsync(socket, new HttpAnswer(question.Policy.Match), limit.Token);
                var told = Told(question, answer.Passed ? ProbeOutcome.Passed : ProbeOutcome.Failed, began, answer.Words);
                await DrainAsync(socket, answer.Rest, limit);
                return told;
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            wrong = $"{(connected ? "did not answer" : "let no connection come about")} within {DurationText.Format(question.Policy.Timeout)}";
        }
        catch (SocketException e)
        {
            wrong = Words(e);
        }
        return Told(question, wrong.Length == 0 ? ProbeOutcome.Passed : connected ? ProbeOutcome.Failed : ProbeOutcome.Silent, began,
            wrong.Length == 0 ? "accepted a connection" : wrong);
    }

    private ProbeAnswer Told(ProbeQuestion question, ProbeOutcome outcome, long began, string words) => new(outcome, time.GetElapsedTime(began), $"{question.Words} {words}");

    private static async Task<HttpAnswer> ReadAsync(Socket socket, HttpAnswer answer, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            while (!answer.IsWhole)
            {
                var length = await socket.ReceiveAsync(buffer.AsMemory(), cancellation);
                if (length == 0)
                {
                    answer.End();
                }
                else
                {
                    answer.Add(buffer.AsSpan(0, length));
                }
            }
            return answer;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset)
        {
            // Many servers reset a connection whose request they did not read to its end: what came before counts.
            answer.End();
            return answer;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Takes a little of what nobody needs: a server whose answer is cut off logs that as an error of its own.</summary>
    private static async Task DrainAsync(Socket socket, long? rest, CancellationTokenSource limit)
    {
        var left = Math.Min(rest ?? MostDrained, MostDrained);
        if (left == 0)
        {
            return;
        }
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        limit.CancelAfter(DrainsFor);
        try
        {
            while (left > 0 && await socket.ReceiveAsync(buffer.AsMemory(), limit.Token) is > 0 and var length)
            {
                left -= length;
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // It was judged before.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<bool> HangsUpAsync(Socket socket, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(HangsUpWithin);
        try
        {
            return await socket.ReceiveAsync(new byte[1], limit.Token) == 0;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private async ValueTask<IPAddress> FindAsync(string name, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(name, out var address))
        {
            return address;
        }
        if (_names.TryGetValue(name, out var known) && time.GetElapsedTime(known.At) < NamesKept)
        {
            return known.Address;
        }
        var found = await Dns.GetHostAddressesAsync(name, cancellation);
        address = Array.Find(found, a => a.AddressFamily == AddressFamily.InterNetwork) ?? found.FirstOrDefault() ?? throw new SocketException((int)SocketError.HostNotFound);
        _names[name] = (address, time.GetTimestamp());
        return address;
    }

    private static string Words(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "refused the connection",
        SocketError.ConnectionReset or SocketError.Shutdown => "closed the connection without an answer",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.NetworkDown => "cannot be reached: no way leads to the host",
        SocketError.TimedOut => "let no connection come about",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "cannot be reached: its host's name is not known",
        _ => $"cannot be asked: {e.Message}",
    };
}
