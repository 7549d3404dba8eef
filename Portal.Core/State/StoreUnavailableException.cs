namespace Portal.Core.State;

/// <summary>The store did not answer, so nothing was read or changed; the same call may succeed a little later.</summary>
/// <param name="message">What happened, in words for a person.</param>
/// <param name="innerException">What the driver said; null where Portal already knew.</param>
public sealed class StoreUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
