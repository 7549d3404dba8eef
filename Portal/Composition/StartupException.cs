namespace Portal.Composition;

/// <summary>Portal cannot start. The message is a sentence that says why and what to do.</summary>
internal sealed class StartupException(string message, Exception? inner = null) : Exception(message, inner);
