using System.Text.Json;
using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.Planning;
using Portal.Core.State.Views;

namespace Portal.Agents.Hosts;

/// <content>Containers that no assignment names: surplus goes, what belongs to unknown apps and what is not Portal's is only shown.</content>
internal sealed partial class HostWorker
{
    private readonly HashSet<string> _surplus = new(StringComparer.Ordinal);
    private readonly HashSet<string> _quarantined = new(StringComparer.Ordinal);
    // Instances whose containers were kept and need not be any longer: that these go is nothing to tell.
    private readonly HashSet<InstanceId> _released = [];
    private List<ContainerSummary> _foreign = [];
    private string _foreignJson = "";

    private void FoundStray(FoundContainer stray, bool known)
    {
        if (!_containers.ContainsKey(stray.Id))
        {
            return;
        }
        if (!known)
        {
            if (_quarantined.Add(stray.Id))
            {
                ShowForeign();
                Tell(Core.Domain.Severity.Warning, "ContainerQuarantined", $"The container {stray.Details.Name} on host {_host.Name} is this Portal's, of an app that it does not know. It is left alone.");
            }
        }
        else if (_surplus.Add(stray.Id) && !(stray.Instance is { } id && _released.Remove(id)))
        {
            Tell(Core.Domain.Severity.Info, "SurplusFound", $"The container {stray.Details.Name} on host {_host.Name} is surplus: no assignment names it. It is removed.");
        }
    }

    private void ShowForeign()
    {
        var foreign = _foreign.Select(c => new ForeignContainer(c.Id, c.Name, c.Image, c.State, false))
            .Concat(_quarantined.Select(id => _containers.GetValueOrDefault(id)).OfType<FoundContainer>()
                .Select(c => new ForeignContainer(c.Id, c.Details.Name, c.Details.ImageId, c.Details.State, true)))
            .OrderBy(c => c.Name, StringComparer.Ordinal).ThenBy(c => c.Id, StringComparer.Ordinal);
        var json = JsonSerializer.Serialize(foreign);
        if (json != _foreignJson)
        {
            _foreignJson = json;
            _report = _report with { Foreign = json };
        }
    }

    private bool IsOurs(string? cluster) => cluster is not null && string.Equals(cluster, _scope.Cluster.ToString(), StringComparison.OrdinalIgnoreCase);
}
