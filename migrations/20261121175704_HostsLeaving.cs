using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Portal.Migrations.Migrations
{
    /// <inheritdoc />
    public partial class HostsLeaving : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "availability_at",
                table: "hosts",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "reboot_asked_at",
                table: "hosts",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "reboot_run",
                table: "hosts",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<TimeSpan>(
                name: "reboot_wait",
                table: "hosts",
                type: "interval",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "engine_run",
                table: "host_status",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "rebalance_on_join",
                table: "cluster",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateTable(
                name: "rebalances",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    asked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    asked_by = table.Column<string>(type: "text", nullable: false),
                    host_id = table.Column<Guid>(type: "uuid", nullable: true),
                    stopped_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    stopped_by = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_rebalances", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "rebalance_moves",
                columns: table => new
                {
                    rebalance_id = table.Column<Guid>(type: "uuid", nullable: false),
                    instance_id = table.Column<Guid>(type: "uuid", nullable: false),
                    app_id = table.Column<Guid>(type: "uuid", nullable: false),
                    slot = table.Column<int>(type: "integer", nullable: false),
                    from_host_id = table.Column<Guid>(type: "uuid", nullable: false),
                    to_host_id = table.Column<Guid>(type: "uuid", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: false),
                    decided_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    outcome = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_rebalance_moves", x => new { x.rebalance_id, x.instance_id });
                    table.ForeignKey(
                        name: "fk_rebalance_moves_rebalances_rebalance_id",
                        column: x => x.rebalance_id,
                        principalTable: "rebalances",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "rebalance_progress",
                columns: table => new
                {
                    rebalance_id = table.Column<Guid>(type: "uuid", nullable: false),
                    remaining = table.Column<int>(type: "integer", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: false),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_rebalance_progress", x => x.rebalance_id);
                    table.ForeignKey(
                        name: "fk_rebalance_progress_rebalances_rebalance_id",
                        column: x => x.rebalance_id,
                        principalTable: "rebalances",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "rebalance_moves");

            migrationBuilder.DropTable(
                name: "rebalance_progress");

            migrationBuilder.DropTable(
                name: "rebalances");

            migrationBuilder.DropColumn(
                name: "availability_at",
                table: "hosts");

            migrationBuilder.DropColumn(
                name: "reboot_asked_at",
                table: "hosts");

            migrationBuilder.DropColumn(
                name: "reboot_run",
                table: "hosts");

            migrationBuilder.DropColumn(
                name: "reboot_wait",
                table: "hosts");

            migrationBuilder.DropColumn(
                name: "engine_run",
                table: "host_status");

            migrationBuilder.DropColumn(
                name: "rebalance_on_join",
                table: "cluster");
        }
    }
}
