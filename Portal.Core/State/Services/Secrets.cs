using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Portal.Core.State.Services;

/// <summary>Makes and hashes what is shown once. 256 random bits need no slow hash.</summary>
internal static class Secrets
{
    /// <summary>A new secret: the prefix and 43 characters.</summary>
    public static string Create(string prefix) => prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
