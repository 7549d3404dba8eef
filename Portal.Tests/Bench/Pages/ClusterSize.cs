namespace Portal.Tests.Bench.Pages;

/// <summary>How large a simulated cluster is.</summary>
internal sealed record ClusterSize(int Hosts, int Apps, int InstancesPerApp)
{
    public int Instances => Apps * InstancesPerApp;

    public override string ToString() => $"{Hosts} hosts, {Apps:N0} apps, {Instances:N0} instances";
}
