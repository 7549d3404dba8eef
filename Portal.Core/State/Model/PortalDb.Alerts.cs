using Microsoft.EntityFrameworkCore;

namespace Portal.Core.State.Model;

/// <content>Alerts.</content>
public sealed partial class PortalDb
{
    /// <summary>Rules.</summary>
    public DbSet<AlertRuleRow> AlertRules => Set<AlertRuleRow>();
    /// <summary>Targets.</summary>
    public DbSet<AlertTargetRow> AlertTargets => Set<AlertTargetRow>();
    /// <summary>Alerts.</summary>
    public DbSet<AlertStateRow> AlertStates => Set<AlertStateRow>();
    /// <summary>Silences.</summary>
    public DbSet<AlertSilenceRow> AlertSilences => Set<AlertSilenceRow>();
    /// <summary>Notices to targets.</summary>
    public DbSet<AlertNoticeRow> AlertNotices => Set<AlertNoticeRow>();
    /// <summary>How alerts are sent.</summary>
    public DbSet<AlertSettingsRow> AlertSettings => Set<AlertSettingsRow>();

    private static void ConfigureAlerts(ModelBuilder builder)
    {
        builder.Entity<AlertRuleRow>(e =>
        {
            e.HasIndex(r => new { r.Scope, r.Name }).IsUnique();
            e.Property(r => r.Body).HasColumnType("jsonb");
            e.HasOne<TeamRow>().WithMany().HasForeignKey(r => r.TeamId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<AlertTargetRow>(e =>
        {
            e.HasIndex(t => new { t.Scope, t.Name }).IsUnique();
            e.HasOne<TeamRow>().WithMany().HasForeignKey(t => t.TeamId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<AlertStateRow>(e =>
        {
            e.HasKey(s => new { s.RuleId, s.Subject });
            e.HasOne<AlertRuleRow>().WithMany().HasForeignKey(s => s.RuleId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<AlertSilenceRow>().HasOne<TeamRow>().WithMany().HasForeignKey(s => s.TeamId).OnDelete(DeleteBehavior.Cascade);
        builder.Entity<AlertNoticeRow>(e =>
        {
            e.Property(n => n.Number).UseIdentityAlwaysColumn();
            e.Property(n => n.Body).HasColumnType("jsonb");
            e.HasIndex(n => n.Number);
            e.HasIndex(n => n.NextTryAt).HasFilter("next_try_at IS NOT NULL");
            e.HasOne<TeamRow>().WithMany().HasForeignKey(n => n.TeamId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<AlertSettingsRow>(e =>
        {
            e.ToTable("AlertSettings");
            e.Property(s => s.Id).ValueGeneratedNever();
        });
    }
}
