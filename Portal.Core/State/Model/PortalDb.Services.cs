using Microsoft.EntityFrameworkCore;

namespace Portal.Core.State.Model;

public sealed partial class PortalDb
{
    /// <summary>Services from outside as registered.</summary>
    public DbSet<ServiceRow> Services => Set<ServiceRow>();
    /// <summary>Services from outside as observed.</summary>
    public DbSet<ServiceStatusRow> ServiceStatus => Set<ServiceStatusRow>();

    private static void ConfigureServices(ModelBuilder builder)
    {
        builder.Entity<ServiceRow>(e =>
        {
            e.HasIndex(s => new { s.TeamId, s.Name }).IsUnique();
            e.Property(s => s.Endpoints).HasColumnType("jsonb");
            e.Property(s => s.Probe).HasColumnType("jsonb");
            e.HasOne<TeamRow>().WithMany().HasForeignKey(s => s.TeamId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<ServiceStatusRow>(e =>
        {
            e.HasKey(s => s.ServiceId);
            e.Property(s => s.Endpoints).HasColumnType("jsonb");
            e.HasOne<ServiceRow>().WithOne().HasForeignKey<ServiceStatusRow>(s => s.ServiceId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<ObservationRow>().Property(o => o.ObservedBy).HasDefaultValue("");
    }
}
