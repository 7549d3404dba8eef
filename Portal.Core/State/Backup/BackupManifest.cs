using System.Text.Json;
using System.Text.Json.Serialization;

namespace Portal.Core.State.Backup;

/// <summary>What a backup says about itself: the first entry of its file.</summary>
/// <param name="Format">The layout of the file; <see cref="CurrentFormat"/> when this version wrote it.</param>
/// <param name="PortalVersion">The Portal that wrote it: major.minor.patch.</param>
/// <param name="Schema">The last migration that the database had; null for a database without tables.</param>
/// <param name="PostgresMajor">The version of the program that dumped it; restoring takes the same or a newer one.</param>
/// <param name="CreatedAt">When the dump began: what it holds is not older.</param>
/// <param name="Files">Everything else in the file.</param>
public sealed record BackupManifest(
    int Format,
    string PortalVersion,
    string? Schema,
    int PostgresMajor,
    DateTimeOffset CreatedAt,
    IReadOnlyList<BackupFile> Files)
{
    /// <summary>The layout that this version writes, and the newest that it reads.</summary>
    public const int CurrentFormat = 1;

    internal const string EntryName = "manifest.json";
    internal const string DumpName = "database.dump";
    internal const string KeysPrefix = "keys/";

    internal static string OwnVersion { get; } =
        typeof(BackupManifest).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, BackupJson.Default.BackupManifest);

    /// <exception cref="BackupException">It is none, or of a later version.</exception>
    internal static BackupManifest Parse(Stream json)
    {
        BackupManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize(json, BackupJson.Default.BackupManifest);
        }
        catch (JsonException e)
        {
            throw new BackupException("The manifest of the backup cannot be read.", e);
        }

        if (manifest is not { Files: not null, PortalVersion: not null })
        {
            throw new BackupException("The manifest of the backup is incomplete.");
        }

        return manifest.Format <= CurrentFormat && !IsNewer(manifest.PortalVersion) ? manifest : throw new BackupException(
            $"The backup was made by Portal {manifest.PortalVersion}, which is newer than this one ({OwnVersion}). "
            + "Restore it with that version or a later one.");
    }

    private static bool IsNewer(string version) =>
        !Version.TryParse(version, out var parsed) || parsed > Version.Parse(OwnVersion);
}

/// <summary>One file in a backup.</summary>
/// <param name="Name">Its name there: <c>database.dump</c> or <c>keys/…</c>.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its hash, in lower-case hexadecimal.</param>
public sealed record BackupFile(string Name, long Bytes, string Sha256);

/// <summary>JSON of the manifest without reflection.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class BackupJson : JsonSerializerContext;
