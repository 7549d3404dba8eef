using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Portal.Core.State.Model;

namespace Portal.Migrations;

/// <summary>Lets <c>dotnet ef migrations add</c> build the model; no server is contacted.</summary>
public sealed class DesignTimeFactory : IDesignTimeDbContextFactory<PortalDb>
{
    /// <inheritdoc/>
    public PortalDb CreateDbContext(string[] args) => new(
        new DbContextOptionsBuilder<PortalDb>().UseNpgsql("Host=none", n => n.MigrationsAssembly("Portal.Migrations")).Options);
}
