using Microsoft.EntityFrameworkCore;

namespace Portal.Core.State.Model;

/// <content>Automatic scaling.</content>
public sealed partial class PortalDb
{
    /// <summary>What the autoscaler last found.</summary>
    public DbSet<ScalingStatusRow> ScalingStatus => Set<ScalingStatusRow>();
    /// <summary>What it decided.</summary>
    public DbSet<ScalingDecisionRow> ScalingDecisions => Set<ScalingDecisionRow>();
    /// <summary>What apps themselves told of their load.</summary>
    public DbSet<ScalingFigureRow> ScalingFigures => Set<ScalingFigureRow>();

    private static void ConfigureScaling(ModelBuilder builder)
    {
        builder.Entity<ScalingStatusRow>(e =>
        {
            e.HasKey(s => s.AppId);
            e.Property(s => s.Document).HasColumnType("jsonb");
            e.HasOne<AppRow>().WithOne().HasForeignKey<ScalingStatusRow>(s => s.AppId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<ScalingFigureRow>(e =>
        {
            e.HasKey(f => new { f.AppId, f.Source, f.At });
            e.HasIndex(f => f.At);
            e.HasOne<AppRow>().WithMany().HasForeignKey(f => f.AppId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<ScalingDecisionRow>(e =>
        {
            e.HasIndex(d => new { d.AppId, d.Id });
            e.HasIndex(d => d.At);
            e.Property(d => d.Inputs).HasColumnType("jsonb");
            e.HasOne<AppRow>().WithMany().HasForeignKey(d => d.AppId).OnDelete(DeleteBehavior.Cascade);
        });
    }
}
