namespace Portal.Core.State.Backup;

/// <summary>A backup cannot be made or restored. The message is a sentence that says why and what to do.</summary>
public sealed class BackupException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="message">A sentence for the person who gave the command.</param>
    /// <param name="inner">The cause, if there is one.</param>
    public BackupException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
