namespace Portal.Core.State.Embedded;

/// <summary>The embedded PostgreSQL, or the directory it lives in, cannot be used. The message is a sentence that says what to do.</summary>
public sealed class EmbeddedPostgresException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="message">A sentence for the person who started Portal.</param>
    /// <param name="inner">The cause, if there is one.</param>
    public EmbeddedPostgresException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
