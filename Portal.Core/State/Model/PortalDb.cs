using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Portal.Core.Domain;

namespace Portal.Core.State.Model;

/// <summary>The store's model. Enumerations are kept as words, names are snake_case, for people with psql.</summary>
public sealed partial class PortalDb(DbContextOptions<PortalDb> options) : IdentityUserContext<PortalUser, Guid>(options)
{
    /// <summary>The cluster: one row.</summary>
    public DbSet<ClusterRow> Cluster => Set<ClusterRow>();
    /// <summary>Teams.</summary>
    public DbSet<TeamRow> Teams => Set<TeamRow>();
    /// <summary>Members of teams.</summary>
    public DbSet<MemberRow> Members => Set<MemberRow>();
    /// <summary>Registries of teams.</summary>
    public DbSet<RegistryRow> Registries => Set<RegistryRow>();
    /// <summary>Tokens.</summary>
    public DbSet<TokenRow> Tokens => Set<TokenRow>();
    /// <summary>One-time links.</summary>
    public DbSet<LinkRow> Links => Set<LinkRow>();
    /// <summary>Hosts as registered.</summary>
    public DbSet<HostRow> Hosts => Set<HostRow>();
    /// <summary>Hosts as observed.</summary>
    public DbSet<HostStatusRow> HostStatus => Set<HostStatusRow>();
    /// <summary>Rebalances as asked for.</summary>
    public DbSet<RebalanceRow> Rebalances => Set<RebalanceRow>();
    /// <summary>Rebalances as far as they have come.</summary>
    public DbSet<RebalanceProgressRow> RebalanceProgress => Set<RebalanceProgressRow>();
    /// <summary>Moves of rebalances.</summary>
    public DbSet<RebalanceMoveRow> RebalanceMoves => Set<RebalanceMoveRow>();
    /// <summary>Terms.</summary>
    public DbSet<TermRow> Terms => Set<TermRow>();
    /// <summary>Heartbeats of terms.</summary>
    public DbSet<HeartbeatRow> Heartbeats => Set<HeartbeatRow>();
    /// <summary>Apps as written.</summary>
    public DbSet<AppRow> Apps => Set<AppRow>();
    /// <summary>Apps as concluded.</summary>
    public DbSet<AppStatusRow> AppStatus => Set<AppStatusRow>();
    /// <summary>Sealed specs.</summary>
    public DbSet<RevisionRow> Revisions => Set<RevisionRow>();
    /// <summary>Moves from one revision to the next.</summary>
    public DbSet<RolloutRow> Rollouts => Set<RolloutRow>();
    /// <summary>Epochs of slots.</summary>
    public DbSet<SlotRow> Slots => Set<SlotRow>();
    /// <summary>Volumes of slots.</summary>
    public DbSet<VolumeRow> Volumes => Set<VolumeRow>();
    /// <summary>What should be there.</summary>
    public DbSet<AssignmentRow> Assignments => Set<AssignmentRow>();
    /// <summary>Verdict documents.</summary>
    public DbSet<VerdictsRow> Verdicts => Set<VerdictsRow>();
    /// <summary>What was seen.</summary>
    public DbSet<ObservationRow> Observations => Set<ObservationRow>();
    /// <summary>The last lines of containers that are gone.</summary>
    public DbSet<InstanceLogRow> InstanceLogs => Set<InstanceLogRow>();
    /// <summary>Events.</summary>
    public DbSet<EventRow> Events => Set<EventRow>();
    /// <summary>Audit.</summary>
    public DbSet<AuditRow> Audit => Set<AuditRow>();

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<AppId>().HaveConversion<AppIdConverter>();
        configurationBuilder.Properties<HostId>().HaveConversion<HostIdConverter>();
        configurationBuilder.Properties<TeamId>().HaveConversion<TeamIdConverter>();
        configurationBuilder.Properties<InstanceId>().HaveConversion<InstanceIdConverter>();
        configurationBuilder.Properties<Enum>().HaveConversion<string>().HaveMaxLength(32);
    }

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<PortalUser>().ToTable("users");
        builder.Entity<ClusterRow>().ToTable("cluster").Property(c => c.RebalanceOnJoin).HasDefaultValue(false);
        builder.Entity<TeamRow>().HasIndex(t => t.Name).IsUnique();
        builder.Entity<MemberRow>(e =>
        {
            e.HasKey(m => new { m.TeamId, m.UserId });
            e.HasOne<TeamRow>().WithMany().HasForeignKey(m => m.TeamId).OnDelete(DeleteBehavior.Cascade);
            e.HasOne<PortalUser>().WithMany().HasForeignKey(m => m.UserId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<RegistryRow>(e =>
        {
            e.HasKey(r => new { r.TeamId, r.Host });
            e.HasOne<TeamRow>().WithMany().HasForeignKey(r => r.TeamId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<TokenRow>(e =>
        {
            e.HasIndex(t => t.Hash).IsUnique();
            e.HasOne<TokenRow>().WithMany().HasForeignKey(t => t.MadeBy).OnDelete(DeleteBehavior.Cascade);
            e.HasOne<PortalUser>().WithMany().HasForeignKey(t => t.UserId).OnDelete(DeleteBehavior.Cascade);
            e.HasOne<TeamRow>().WithMany().HasForeignKey(t => t.TeamId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<LinkRow>(e =>
        {
            e.HasKey(l => l.Hash);
            e.HasOne<PortalUser>().WithMany().HasForeignKey(l => l.UserId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<HostRow>(e =>
        {
            e.HasIndex(h => h.Name).IsUnique();
            e.Property(h => h.Labels).HasColumnType("jsonb");
        });
        builder.Entity<HostStatusRow>(e =>
        {
            e.HasKey(s => s.HostId);
            e.Property(s => s.Foreign).HasColumnType("jsonb");
            e.HasOne<HostRow>().WithOne().HasForeignKey<HostStatusRow>(s => s.HostId).OnDelete(DeleteBehavior.Cascade);
        });
        ConfigureRebalances(builder);
        builder.Entity<TermRow>().HasKey(t => t.Name);
        builder.Entity<HeartbeatRow>().HasKey(t => t.Name);
        ConfigureApps(builder);
        ConfigureJobs(builder);
        ConfigureAlerts(builder);
        ConfigureServices(builder);
        builder.Entity<InstanceLogRow>(e =>
        {
            e.HasKey(l => l.ContainerId);
            e.HasIndex(l => l.InstanceId);
            e.HasIndex(l => l.KeptAt);
        });
        ConfigureScaling(builder);
        builder.Entity<EventRow>(e =>
        {
            e.HasIndex(v => new { v.AppId, v.Id });
            e.HasIndex(v => new { v.HostId, v.Id });
            e.HasIndex(v => v.At);
        });
        builder.Entity<AuditRow>().HasIndex(a => a.At);
        SnakeCase(builder);
    }

    private static void ConfigureRebalances(ModelBuilder builder)
    {
        builder.Entity<RebalanceProgressRow>(e =>
        {
            e.HasKey(p => p.RebalanceId);
            e.HasOne<RebalanceRow>().WithOne().HasForeignKey<RebalanceProgressRow>(p => p.RebalanceId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<RebalanceMoveRow>(e =>
        {
            e.HasKey(m => new { m.RebalanceId, m.InstanceId });
            e.HasOne<RebalanceRow>().WithMany().HasForeignKey(m => m.RebalanceId).OnDelete(DeleteBehavior.Cascade);
        });
    }

    private static void ConfigureApps(ModelBuilder builder)
    {
        builder.Entity<AppRow>(e =>
        {
            e.HasIndex(a => new { a.TeamId, a.Name }).IsUnique().HasFilter("deleted_at IS NULL");
            e.Property(a => a.Spec).HasColumnType("jsonb");
            e.HasOne<TeamRow>().WithMany().HasForeignKey(a => a.TeamId).OnDelete(DeleteBehavior.Restrict);
        });
        builder.Entity<AppStatusRow>(e =>
        {
            e.HasKey(s => s.AppId);
            e.Property(s => s.SettledGeneration).HasDefaultValue(0L);
            e.HasOne<AppRow>().WithOne().HasForeignKey<AppStatusRow>(s => s.AppId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<RevisionRow>(e =>
        {
            e.HasKey(r => new { r.AppId, r.Number });
            e.Property(r => r.Spec).HasColumnType("jsonb");
            e.Property(r => r.Health).HasColumnType("jsonb");
            e.Property(r => r.PartDigests).HasColumnType("jsonb");
            e.HasOne<AppRow>().WithMany().HasForeignKey(r => r.AppId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<RolloutRow>(e =>
        {
            e.HasKey(r => new { r.AppId, r.Generation });
            e.HasIndex(r => r.StartedAt);
            e.Property(r => r.Slots).HasColumnType("jsonb");
            e.HasOne<AppRow>().WithMany().HasForeignKey(r => r.AppId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<ImagePullRow>(e =>
        {
            e.ToTable("ImagePulls").HasKey(p => new { p.HostId, p.AppId, p.Revision });
            e.HasIndex(p => p.AppId);
            e.HasOne<HostRow>().WithMany().HasForeignKey(p => p.HostId).OnDelete(DeleteBehavior.Cascade);
            e.HasOne<AppRow>().WithMany().HasForeignKey(p => p.AppId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<ImagePullStatusRow>(e =>
        {
            e.ToTable("ImagePullStatus").HasKey(p => new { p.HostId, p.AppId, p.Revision });
            e.HasOne<ImagePullRow>().WithOne().HasForeignKey<ImagePullStatusRow>(p => new { p.HostId, p.AppId, p.Revision }).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<SlotRow>().HasKey(s => new { s.TeamId, s.AppName, s.Slot });
        builder.Entity<VolumeRow>(e =>
        {
            e.HasKey(v => new { v.TeamId, v.AppName, v.Slot, v.Name, v.HostId });
            e.HasIndex(v => v.HostId);
        });
        builder.Entity<AssignmentRow>(e =>
        {
            e.HasIndex(a => a.AppId);
            e.HasIndex(a => a.HostId).HasFilter("ended_at IS NULL");
            e.HasIndex(a => a.EndedAt).HasFilter("ended_at IS NOT NULL");
            e.HasIndex(a => a.VerdictsId);
            e.HasOne<AppRow>().WithMany().HasForeignKey(a => a.AppId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<ObservationRow>(e =>
        {
            e.HasIndex(o => o.HostId);
            e.Property(o => o.Ports).HasColumnType("jsonb");
            e.Property(o => o.Parts).HasColumnType("jsonb").HasDefaultValueSql("'[]'::jsonb");
        });
    }

    private static void SnakeCase(ModelBuilder builder)
    {
        foreach (var entity in builder.Model.GetEntityTypes())
        {
            entity.SetTableName(Names.Snake(entity.GetTableName()!));
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(Names.Snake(property.Name));
            }
            foreach (var key in entity.GetKeys())
            {
                key.SetName(Names.Snake(key.GetName()!));
            }
            foreach (var key in entity.GetForeignKeys())
            {
                key.SetConstraintName(Names.Snake(key.GetConstraintName()!));
            }
            foreach (var index in entity.GetIndexes())
            {
                index.SetDatabaseName(Names.Snake(index.GetDatabaseName()!));
            }
        }
    }

    private sealed class AppIdConverter() : ValueConverter<AppId, Guid>(v => v.Value, v => new AppId(v));
    private sealed class HostIdConverter() : ValueConverter<HostId, Guid>(v => v.Value, v => new HostId(v));
    private sealed class TeamIdConverter() : ValueConverter<TeamId, Guid>(v => v.Value, v => new TeamId(v));
    private sealed class InstanceIdConverter() : ValueConverter<InstanceId, Guid>(v => v.Value, v => new InstanceId(v));
}
