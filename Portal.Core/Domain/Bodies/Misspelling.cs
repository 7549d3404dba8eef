namespace Portal.Core.Domain.Bodies;

/// <summary>Whether one name was probably meant by another.</summary>
internal static class Misspelling
{
    private const int MaxLength = 40;

    /// <summary>Whether at most two letters were added, left out or changed (one in short names).</summary>
    public static bool IsClose(string known, string given)
    {
        var allowed = known.Length < 6 ? 1 : 2;
        if (given.Length > MaxLength || Math.Abs(known.Length - given.Length) > allowed)
        {
            return false;
        }
        var row = new int[given.Length + 1];
        for (var j = 0; j < row.Length; j++)
        {
            row[j] = j;
        }
        foreach (var (i, letter) in known.Index())
        {
            var diagonal = row[0];
            row[0] = i + 1;
            for (var j = 1; j < row.Length; j++)
            {
                var changed = diagonal + (letter == given[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[^1] <= allowed;
    }
}
