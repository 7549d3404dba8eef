namespace Portal.Core.State.Services;

/// <summary>Encrypts what the store keeps of secrets.</summary>
public interface ISecretProtector
{
    /// <summary>The text that is stored.</summary>
    string Protect(string secret);

    /// <summary>The secret again.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The keys that it was protected with are gone, or it was changed.</exception>
    string Unprotect(string stored);
}
