using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Portal.Core.State.Model;

#nullable disable

namespace Portal.Migrations.Migrations
{
    /// <summary>
    /// What is measured: partitioned tables, which the model does not know, for they are only ever copied into and read by SQL. Partitions are made ahead
    /// and dropped by <see cref="Portal.Core.State.Metrics.MetricUpkeep"/>.
    /// </summary>
    [DbContext(typeof(PortalDb))]
    [Migration("20261121205900_Metrics")]
    public partial class Metrics : Migration
    {
        private static readonly string[] s_instanceTables = ["metric_samples", "metric_minutes", "metric_ten_minutes"];
        private static readonly string[] s_hostTables = ["host_samples", "host_minutes", "host_ten_minutes"];

        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("""
                CREATE TABLE metric_series (
                    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                    instance_id uuid NOT NULL UNIQUE,
                    app_id uuid NOT NULL, app_name text NOT NULL,
                    team_id uuid NOT NULL, team_name text NOT NULL,
                    host_id uuid NOT NULL, host_name text NOT NULL,
                    slot integer NOT NULL,
                    memory_limit bigint,
                    first_at timestamptz NOT NULL,
                    last_at timestamptz NOT NULL
                );
                CREATE INDEX ix_metric_series_team_id_app_name ON metric_series (team_id, app_name);
                CREATE INDEX ix_metric_series_last_at ON metric_series (last_at);
                CREATE TABLE metric_rollups (name text PRIMARY KEY, done_until timestamptz NOT NULL);
                """);
            foreach (var table in s_instanceTables)
            {
                migrationBuilder.Sql($"""
                    CREATE TABLE {table} (
                        series_id integer NOT NULL, restarts integer NOT NULL, at timestamptz NOT NULL, memory bigint NOT NULL,
                        cpu real, net_rx real, net_tx real, block_read real, block_write real{RolledUp(table)}
                    ) PARTITION BY RANGE (at);
                    CREATE INDEX ix_{table}_at ON {table} (at);
                    CREATE INDEX ix_{table}_series_id_at ON {table} (series_id, at);
                    """);
            }
            foreach (var table in s_hostTables)
            {
                migrationBuilder.Sql($"""
                    CREATE TABLE {table} (
                        host_id uuid NOT NULL, at timestamptz NOT NULL, memory bigint, disk_used bigint, disk_total bigint,
                        cpu real, instances real NOT NULL, whole_machine boolean NOT NULL{RolledUp(table)}
                    ) PARTITION BY RANGE (at);
                    CREATE INDEX ix_{table}_at ON {table} (at);
                    """);
            }
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            foreach (var table in (string[])[.. s_instanceTables, .. s_hostTables, "metric_series", "metric_rollups"])
            {
                migrationBuilder.Sql($"DROP TABLE {table}");
            }
        }

        private static string RolledUp(string table) => table.EndsWith("_samples") ? "" : ", samples integer NOT NULL, cpu_max real, memory_max bigint";
    }
}
