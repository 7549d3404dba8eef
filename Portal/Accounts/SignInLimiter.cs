using System.Threading.RateLimiting;

namespace Portal.Accounts;

/// <summary>Bounds how often one network address may try one account, and how often it may try at all.</summary>
internal sealed class SignInLimiter : IDisposable
{
    internal const int TriesPerAccount = 10;
    internal const int TriesPerAddress = 60;
    internal static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly PartitionedRateLimiter<(string Address, string Account)> _limiter = PartitionedRateLimiter.CreateChained(
        Limiter(attempt => $"{attempt.Address} {attempt.Account.ToUpperInvariant()}", TriesPerAccount),
        Limiter(attempt => attempt.Address, TriesPerAddress));

    /// <summary>How long to wait before the next try; null where this one may go on.</summary>
    public TimeSpan? Refuse(HttpContext context, string account)
    {
        using var lease = _limiter.AttemptAcquire((context.Connection.RemoteIpAddress?.ToString() ?? "", account));
        return lease.IsAcquired ? null : lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : Window;
    }

    public void Dispose() => _limiter.Dispose();

    private static PartitionedRateLimiter<(string Address, string Account)> Limiter(Func<(string Address, string Account), string> key, int tries) =>
        PartitionedRateLimiter.Create<(string Address, string Account), string>(attempt => RateLimitPartition.GetFixedWindowLimiter(
            key(attempt), _ => new FixedWindowRateLimiterOptions { PermitLimit = tries, Window = Window, QueueLimit = 0 }));
}
