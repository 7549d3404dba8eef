namespace Portal.Core.State.Embedded;

/// <summary>Another process works on the data directory. The message is a sentence for the person who started this one.</summary>
public sealed class DataDirectoryInUseException : IOException
{
    /// <summary>Says which directory it is and, where known, who holds it.</summary>
    /// <param name="path">The data directory.</param>
    /// <param name="holderPid">The process id of the holder, or null.</param>
    /// <param name="inner">What the file system said.</param>
    public DataDirectoryInUseException(string path, int? holderPid, Exception inner)
        : base(Sentence(path, holderPid), inner) => HolderPid = holderPid;

    /// <summary>The process id of the Portal that holds the directory; null where it could not be read.</summary>
    public int? HolderPid { get; }

    private static string Sentence(string path, int? pid) =>
        $"The data directory {path} is in use by another Portal{(pid is null ? "" : $" (process {pid})")}: "
        + "stop that one first, or start this one with another --data directory.";
}
