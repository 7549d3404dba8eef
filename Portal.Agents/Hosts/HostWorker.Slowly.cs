using System.Collections.Immutable;
using Portal.Core.Engine;
using Portal.Core.Planning;

namespace Portal.Agents.Hosts;

internal sealed partial class HostWorker
{
    private readonly Dictionary<string, TeamNetwork> _networks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset?> _images = new(StringComparer.Ordinal);
    // Digests of images, by the images' ids.
    private Dictionary<string, ImmutableArray<string>> _digests = new(StringComparer.Ordinal);
    private bool _slowReading;
    private bool _slowKnown;
    private DateTimeOffset _slowDueAt;

    /// <summary>Looks at what changes seldom: images, networks, the machine, the mark.</summary>
    private void LookSlowly(HostConnection connection, DateTimeOffset now)
    {
        (_slowReading, _slowDueAt) = (true, now + _options.SlowInterval);
        Detach(async () =>
        {
            var images = await connection.Engine.ListImagesAsync(connection.Token);
            var networks = await connection.Engine.ListNetworksAsync($"{LabelKeys.Cluster}={_scope.Cluster}", connection.Token);
            var info = await connection.Engine.GetInfoAsync(connection.Token);
            var marked = await HostMark.ClaimAsync(connection.Engine, _scope.Cluster, _host.Id, connection.Token);
            Post(() =>
            {
                TellOfMark(marked);
                LookedSlowly(connection, images, networks, info);
            });
        }, failed: () => _slowDueAt = Now + TimeSpan.FromSeconds(2), ended: () => _slowReading = false);
    }

    private void LookedSlowly(HostConnection connection, IReadOnlyList<EngineImage> images, IReadOnlyList<EngineNetwork> networks, EngineInfo info)
    {
        if (connection != _connection)
        {
            return;
        }
        var present = images.SelectMany(i => i.Tags.Concat(i.Digests)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        _digests = images.Where(i => !i.Digests.IsEmpty).ToDictionary(i => i.Id, i => i.Digests, StringComparer.Ordinal);
        // What was pulled stays until a creation misses it: an engine may list it by another reference than it was asked for.
        foreach (var unnamed in _images.Where(i => i.Value is null).Select(i => i.Key).ToList())
        {
            _images.Remove(unnamed);
        }
        foreach (var reference in present.Select(ImageChoice.Canonical))
        {
            _images.TryAdd(reference, null);
        }
        foreach (var gone in _networks.Keys.Except(networks.Select(n => n.Name)).ToList())
        {
            _networks.Remove(gone);
        }
        foreach (var network in networks)
        {
            _networks.TryAdd(network.Name, new TeamNetwork(network.Name, network.Labels.GetValueOrDefault(LabelKeys.Team, ""), null));
        }
        _slowKnown = true;
        _report = _report with { Engine = _report.Engine == info ? _report.Engine : info, Images = _report.Images.SequenceEqual(present) ? _report.Images : present };
    }
}
