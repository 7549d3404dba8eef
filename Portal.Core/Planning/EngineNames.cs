using System.Globalization;

namespace Portal.Core.Planning;

/// <summary>What things of one cluster are called on an engine. Dots part the words, for they cannot occur in them.</summary>
public static class EngineNames
{
    /// <summary>The short form of a cluster's id that ends each name.</summary>
    public static string Cluster8(Guid cluster) => cluster.ToString("N")[..8];

    /// <summary>Of an instance's container.</summary>
    public static string Container(Guid cluster, string team, string app, int slot, long epoch) =>
        string.Create(CultureInfo.InvariantCulture, $"portal.{team}.{app}.{slot}.{epoch}.{Cluster8(cluster)}");

    /// <summary>Of a further container of an instance.</summary>
    public static string Part(Guid cluster, string team, string app, int slot, long epoch, string part) => $"{Container(cluster, team, app, slot, epoch)}.{part}";

    /// <summary>Of a team's network on a host.</summary>
    public static string Network(Guid cluster, string team) => $"portal.{team}.{Cluster8(cluster)}";

    /// <summary>Of a slot's volume.</summary>
    public static string Volume(Guid cluster, string team, string app, int slot, string volume) =>
        string.Create(CultureInfo.InvariantCulture, $"portal.{team}.{app}.{slot}.{volume}.{Cluster8(cluster)}");

    /// <summary>Of the volume that marks an engine as one of the cluster's hosts.</summary>
    public static string Mark(Guid cluster) => $"portal.host.{Cluster8(cluster)}";
}

/// <summary>Keys of the labels by which Portal knows its own things again.</summary>
public static class LabelKeys
{
    /// <summary>The cluster's whole id: on everything that is Portal's.</summary>
    public const string Cluster = "portal.cluster";
    /// <summary>The team's name.</summary>
    public const string Team = "portal.team";
    /// <summary>The app's name.</summary>
    public const string App = "portal.app";
    /// <summary>The slot.</summary>
    public const string Slot = "portal.slot";
    /// <summary>The epoch.</summary>
    public const string Epoch = "portal.epoch";
    /// <summary>The instance's id.</summary>
    public const string Instance = "portal.instance";
    /// <summary>The container's name in its instance; only on what is not the main one.</summary>
    public const string Container = "portal.container";
    /// <summary>The revision's number.</summary>
    public const string Revision = "portal.revision";
    /// <summary>The number of the run, on a job's containers.</summary>
    public const string Run = "portal.run";
    /// <summary>The hash of what the container does.</summary>
    public const string Spec = "portal.spec";
    /// <summary>The host's id, on the volume that marks its engine.</summary>
    public const string Host = "portal.host";
    /// <summary>The volume's name in the spec.</summary>
    public const string Volume = "portal.volume";
}
