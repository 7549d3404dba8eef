using System.Collections.Immutable;
using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.State.Services;
using Portal.Components.Pages.Common;

namespace Portal.Components.Pages.Hosts;

/// <summary>How far the test of a connection is.</summary>
public enum ConnectionTest
{
    NotTried,
    Trying,
    Answered,
    Failed,
}

/// <summary>The form of a new host, and what its engine said. Knows no renderer.</summary>
public sealed class AddHostPageModel
{
    public string Name { get; set; } = "";
    public string Endpoint { get; set; } = "";
    public string Address { get; set; } = "";
    /// <summary>One <c>key=value</c> a line.</summary>
    public string Labels { get; set; } = "";
    public string Ca { get; set; } = "";
    public string Cert { get; set; } = "";
    public string Key { get; set; } = "";
    public string GraceSeconds { get; set; } = "15";

    /// <summary>Whether instances are rebalanced once it is there; otherwise as the cluster is set.</summary>
    public bool Rebalance { get; set; }

    public ConnectionTest Test { get; private set; }
    /// <summary>What the engine said of itself.</summary>
    public EngineInfo? Info { get; private set; }
    /// <summary>Why the last request was refused; empty where it was not.</summary>
    public string Refusal { get; private set; } = "";
    /// <summary>What to do about it, in a sentence; empty where nothing is known.</summary>
    public string Advice { get; private set; } = "";
    public ImmutableArray<Fault> Faults { get; private set; } = [];

    /// <summary>TCP is the only way that certificates belong to.</summary>
    public bool UsesTls => Endpoint.TrimStart().StartsWith("tcp://", StringComparison.OrdinalIgnoreCase);

    /// <summary>The request; null with every fault of form in <see cref="Faults"/>.</summary>
    /// <param name="needsName">Whether a name is needed too, as for adding.</param>
    public HostRequest? ToRequest(bool needsName)
    {
        var faults = new List<Fault>();
        if (needsName && Name.Trim().Length == 0)
        {
            faults.Add(new("name", "Give the host a name: lower-case letters, digits and dashes."));
        }
        if (Endpoint.Trim().Length == 0)
        {
            faults.Add(new("endpoint", "Say how the engine is reached: unix:///path, tcp://host:port or ssh://user@host."));
        }
        if (!int.TryParse(GraceSeconds, out var grace) || grace < 1)
        {
            faults.Add(new("grace", "A whole number of seconds, at least 1."));
        }
        var labels = ReadLabels(faults);
        var tls = ReadTls(faults);
        Faults = [.. faults];
        return faults.Count > 0 ? null
            : new HostRequest(Endpoint.Trim(), Address.Trim() is { Length: > 0 } address ? address : null, labels, tls, TimeSpan.FromSeconds(grace), Rebalance ? true : null);
    }

    public void Began()
    {
        Test = ConnectionTest.Trying;
        Info = null;
        (Refusal, Advice) = ("", "");
    }

    public void Succeeded(EngineInfo info) => (Test, Info) = (ConnectionTest.Answered, info);

    public void Failed(RefusedException refused)
    {
        Test = ConnectionTest.Failed;
        (Refusal, Faults) = (refused.Message, refused.Faults);
        Advice = ConnectionAdvice.For(Endpoint.Trim(), refused.Message);
    }

    /// <summary>What was typed since the last test makes its result void.</summary>
    public void Edited()
    {
        if (Test != ConnectionTest.Trying)
        {
            Test = ConnectionTest.NotTried;
            (Refusal, Advice, Info) = ("", "", null);
        }
    }

    /// <summary>What the engine said, in a sentence.</summary>
    public string Answer => Info is null ? ""
        : $"Docker {Info.Version} (API {Info.ApiVersion}) on {Words.Or(Info.OsName, Info.Os)}, {Info.Architecture}, {Words.Cpus(Info.Cpus)}, {Words.Bytes(Info.MemoryBytes)}.";

    private ImmutableSortedDictionary<string, string> ReadLabels(List<Fault> faults)
    {
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var line in Labels.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
            {
                faults.Add(new("labels", $"“{line}” is not key=value."));
            }
            else
            {
                labels[line[..equals].Trim()] = line[(equals + 1)..].Trim();
            }
        }
        return labels.ToImmutable();
    }

    private EngineTls? ReadTls(List<Fault> faults)
    {
        (string Path, string Text)[] parts = [("tls.ca", Ca), ("tls.cert", Cert), ("tls.key", Key)];
        if (!UsesTls || parts.All(p => p.Text.Trim().Length == 0))
        {
            return null;
        }
        foreach (var (path, text) in parts.Where(p => p.Text.Trim().Length == 0))
        {
            faults.Add(new(path, "Mutual TLS needs all three: the authority, the certificate and its key."));
        }
        return new EngineTls(Ca.Trim() + "\n", Cert.Trim() + "\n", Key.Trim() + "\n");
    }
}
