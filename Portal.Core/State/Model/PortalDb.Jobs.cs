using Microsoft.EntityFrameworkCore;

namespace Portal.Core.State.Model;

/// <content>Jobs and their runs.</content>
public sealed partial class PortalDb
{
    /// <summary>What is remembered of jobs.</summary>
    public DbSet<JobRow> Jobs => Set<JobRow>();
    /// <summary>Runs of jobs.</summary>
    public DbSet<RunRow> Runs => Set<RunRow>();
    /// <summary>What users want of runs.</summary>
    public DbSet<RunWishRow> RunWishes => Set<RunWishRow>();

    private static void ConfigureJobs(ModelBuilder builder)
    {
        builder.Entity<JobRow>(e =>
        {
            e.HasKey(j => j.AppId);
            e.HasOne<AppRow>().WithOne().HasForeignKey<JobRow>(j => j.AppId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<RunRow>(e =>
        {
            e.HasKey(r => new { r.AppId, r.Number });
            e.HasIndex(r => new { r.AppId, r.ScheduledAt }).IsUnique().HasFilter("scheduled_at IS NOT NULL");
            e.HasOne<AppRow>().WithMany().HasForeignKey(r => r.AppId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<RunWishRow>(e =>
        {
            e.HasKey(w => new { w.AppId, w.Number });
            e.HasOne<AppRow>().WithMany().HasForeignKey(w => w.AppId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<AssignmentRow>(e =>
        {
            e.Property(a => a.Kept).HasDefaultValue(false);
            e.HasIndex(a => new { a.AppId, a.Run }).HasFilter("run IS NOT NULL");
            e.HasIndex(a => a.HostId, "IX_assignments_kept_host_id").HasFilter("kept");
        });
    }
}
