using Npgsql;
using Portal.Core.Domain;
using Portal.Core.Rollouts;

namespace Portal.Core.State.Readers;

/// <summary>What was decided and seen of images that are pulled ahead: the columns, in the order in which readers select them.</summary>
internal static class PullReading
{
    public const string Columns = "p.host_id, p.revision, s.state, s.reason, s.is_hopeless, s.layers, s.layers_done, s.bytes, s.bytes_done, s.observed_at";

    public const string Source = "image_pulls p LEFT JOIN image_pull_status s ON s.host_id = p.host_id AND s.app_id = p.app_id AND s.revision = p.revision";

    public static PulledImage Read(NpgsqlDataReader reader, int first)
    {
        var image = new PulledImage { Host = new HostId(reader.GetGuid(first)), Revision = reader.GetInt32(first + 1) };
        return reader.IsDBNull(first + 2) ? image : image with
        {
            State = Enum.Parse<PullState>(reader.GetString(first + 2)),
            Reason = reader.GetString(first + 3),
            IsHopeless = reader.GetBoolean(first + 4),
            Tally = new PullTally(reader.GetInt32(first + 5), reader.GetInt32(first + 6), reader.GetInt64(first + 7), reader.GetInt64(first + 8)),
            At = reader.GetFieldValue<DateTimeOffset>(first + 9),
        };
    }
}
