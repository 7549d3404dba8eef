using Portal.Core.Domain;

namespace Portal.Core.State.Services;

/// <summary>What a password must be: long, and not one of those that everybody tries first. No rules about kinds of characters (NIST SP 800-63B, 5.1.1.2).</summary>
public static class PasswordRules
{
    private const int Least = 12;
    private const int Most = 256;
    private static readonly string[] Commonest = ["password", "qwertyuiop", "123456789", "letmein", "administrator", "changeme", "welcome", "iloveyou", "abc123", "portal"];

    /// <summary>What is wrong with a password of the account with that e-mail address; nothing for a good one.</summary>
    public static IEnumerable<Fault> Check(string password, string email)
    {
        if (password.Length is < Least or > Most)
        {
            yield return new Fault("password", $"must have {Least} to {Most} characters");
        }
        if (password.Distinct().Count() < 4)
        {
            yield return new Fault("password", "must have at least 4 different characters");
        }
        if (email.Length > 0 && password.Contains(email.Split('@')[0], StringComparison.OrdinalIgnoreCase) && password.Length < email.Length + 4)
        {
            yield return new Fault("password", "must not be made of the e-mail address");
        }
        var bare = password.TrimEnd("0123456789!?.".ToCharArray());
        if (Commonest.Any(c => string.Equals(bare, c, StringComparison.OrdinalIgnoreCase) || string.Equals(password, c + c, StringComparison.OrdinalIgnoreCase)))
        {
            yield return new Fault("password", "is one of those that are tried first");
        }
    }
}
