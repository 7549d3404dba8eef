using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Portal.Api.Http;

/// <summary>
/// Holds callers to <see cref="ApiLimits"/>: a bucket of requests for each token that works, a bucket of failures for each
/// address. An address that guesses is not even looked up any more, but tokens that lately worked still pass from there.
/// </summary>
internal sealed class RequestLimiter(ApiLimits limits, TimeProvider time)
{
    private const int MaxBuckets = 10_000;
    private readonly ConcurrentDictionary<string, TokenBucket> _callers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TokenBucket> _makers = new(StringComparer.Ordinal);
    private DateTimeOffset _sweptAt = DateTimeOffset.MinValue;
    private readonly ConcurrentDictionary<string, TokenBucket> _failures = new(StringComparer.Ordinal);

    /// <summary>How many buckets are kept.</summary>
    public int Buckets => _callers.Count + _failures.Count;

    /// <summary>What stands for a secret here, so that no secret is kept.</summary>
    public static string KeyOf(string secret) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>Seconds to wait before this address may try a token that did not lately work; 0 if it may now.</summary>
    public int WaitBeforeTrying(string address, string? key) =>
        (key is not null && _callers.ContainsKey(key)) || !_failures.TryGetValue(address, out var bucket) ? 0 : bucket.SecondsToNext(time.GetUtcNow());

    /// <summary>Counts a token that did not work.</summary>
    public void CountFailure(string address, string? key)
    {
        if (key is not null)
        {
            _callers.TryRemove(key, out _);
        }
        Bucket(_failures, address, limits.TokenFailuresPerMinute, limits.TokenFailuresPerMinute / 60.0).TryTake(time.GetUtcNow());
    }

    /// <summary>Counts a request of a known caller.</summary>
    /// <returns>Seconds to wait; 0 if it may go on.</returns>
    public int Take(string key)
    {
        var bucket = Bucket(_callers, key, limits.RequestBurst, limits.RequestsPerSecond);
        return bucket.TryTake(time.GetUtcNow()) ? 0 : bucket.SecondsToNext(time.GetUtcNow());
    }

    /// <summary>Counts a token that a caller makes, whichever token they make it with.</summary>
    /// <returns>Seconds to wait; 0 if they may.</returns>
    public int TakeNewToken(string user)
    {
        var bucket = Bucket(_makers, user, limits.NewTokensPerMinute, limits.NewTokensPerMinute / 60.0);
        return bucket.TryTake(time.GetUtcNow()) ? 0 : bucket.SecondsToNext(time.GetUtcNow());
    }

    private TokenBucket Bucket(ConcurrentDictionary<string, TokenBucket> buckets, string key, int size, double perSecond)
    {
        if (buckets.Count >= MaxBuckets && !buckets.ContainsKey(key))
        {
            Sweep(buckets);
            // Whoever comes from more addresses than are kept shares one bucket with the like.
            key = buckets.Count >= MaxBuckets ? "" : key;
        }
        return buckets.GetOrAdd(key, _ => new TokenBucket(size, perSecond, time.GetUtcNow()));
    }

    /// <summary>Forgets full buckets: they say nothing that a new one would not.</summary>
    private void Sweep(ConcurrentDictionary<string, TokenBucket> buckets)
    {
        var now = time.GetUtcNow();
        if (now - _sweptAt < TimeSpan.FromSeconds(1))
        {
            return;
        }
        _sweptAt = now;
        foreach (var (key, bucket) in buckets.Where(b => b.Value.IsFull(now)))
        {
            buckets.TryRemove(KeyValuePair.Create(key, bucket));
        }
    }
}

/// <summary>A bucket that drips full.</summary>
internal sealed class TokenBucket(int size, double perSecond, DateTimeOffset now)
{
    private readonly Lock _gate = new();
    private double _level = size;
    private DateTimeOffset _at = now;

    public bool TryTake(DateTimeOffset now)
    {
        lock (_gate)
        {
            Fill(now);
            if (_level < 1)
            {
                return false;
            }
            _level--;
            return true;
        }
    }

    /// <summary>Whole seconds until one can be taken; 0 if one can be now.</summary>
    public int SecondsToNext(DateTimeOffset now)
    {
        lock (_gate)
        {
            Fill(now);
            return _level >= 1 ? 0 : Math.Max(1, (int)Math.Ceiling((1 - _level) / perSecond));
        }
    }

    public bool IsFull(DateTimeOffset now)
    {
        lock (_gate)
        {
            Fill(now);
            return _level >= size;
        }
    }

    private void Fill(DateTimeOffset now)
    {
        _level = Math.Min(size, _level + Math.Max(0, (now - _at).TotalSeconds) * perSecond);
        _at = now;
    }
}
