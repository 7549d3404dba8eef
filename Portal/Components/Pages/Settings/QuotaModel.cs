using System.Globalization;
using Portal.Core.Domain;
using Portal.Core.State.Services;
using Portal.Core.State.Views;

namespace Portal.Components.Pages.Settings;

/// <summary>A team's name for people and its quota; an empty bound is none.</summary>
public sealed class QuotaModel : FormModel
{
    private const double Gigabyte = 1L << 30;

    private readonly ITeamService _service;
    private readonly Actor _actor;
    private readonly string _team;

    public QuotaModel(ITeamService service, Actor actor, TeamView team)
    {
        (_service, _actor, _team) = (service, actor, team.Name);
        DisplayName = team.DisplayName;
        Cpus = Text(team.Quota.Cpus);
        Memory = Text(team.Quota.MemoryBytes / Gigabyte);
        Instances = Text(team.Quota.Instances);
    }

    public string DisplayName { get; set; }

    /// <summary>Reserved cores.</summary>
    public string Cpus { get; set; }

    /// <summary>Reserved memory in GiB.</summary>
    public string Memory { get; set; }

    public string Instances { get; set; }

    public async Task<bool> SaveAsync(CancellationToken cancellation)
    {
        var cpus = Number(Cpus, out var cpusFault);
        var memory = Number(Memory, out var memoryFault);
        var instances = Number(Instances, out var instancesFault);
        instancesFault |= instances is { } n && n != Math.Floor(n);
        if (Refuse(Faulty(("quota.cpus", cpusFault, "A number of cores, as 2.5."), ("quota.memory", memoryFault, "A number of GiB, as 16."), ("quota.instances", instancesFault, "A whole number."))))
        {
            return false;
        }

        var quota = new Quota(cpus, (long?)(memory * Gigabyte), (int?)instances);
        return await TryAsync(() => _service.PutAsync(_actor, _team, DisplayName.Trim(), quota, cancellation));
    }

    private static IEnumerable<Fault> Faulty(params (string Path, bool IsFaulty, string Message)[] checks) =>
        checks.Where(c => c.IsFaulty).Select(c => new Fault(c.Path, c.Message));

    private static double? Number(string text, out bool faulty)
    {
        faulty = false;
        if (text.Trim().Length == 0)
        {
            return null;
        }

        faulty = !double.TryParse(text.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number > 1_000_000;
        return faulty ? null : number;
    }

    private static string Text(double? number) => number?.ToString("0.###", CultureInfo.InvariantCulture) ?? "";
}
