namespace Portal.Accounts;

/// <summary>What came of an attempt to sign in.</summary>
internal enum SignInOutcome
{
    /// <summary>Signed in; the answer carries the cookie.</summary>
    Welcome,
    /// <summary>The address or the password is wrong; which one is not said.</summary>
    Wrong,
    /// <summary>Too many wrong passwords for this account; it stays shut for some minutes.</summary>
    LockedOut,
}

/// <summary>Signs people in and out of this browser.</summary>
internal interface IAccountDoor
{
    /// <summary>Checks a password and signs in.</summary>
    Task<SignInOutcome> EnterAsync(string email, string password, bool stay);

    /// <summary>Signs in a user who just proved by a one-time link who they are.</summary>
    Task EnterAsync(Guid user);

    Task LeaveAsync();
}
