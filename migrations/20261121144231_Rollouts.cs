using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Portal.Migrations.Migrations
{
    /// <inheritdoc />
    public partial class Rollouts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "rollout_by",
                table: "apps",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<bool>(
                name: "rollout_cancelled",
                table: "apps",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<long>(
                name: "rollout_generation",
                table: "apps",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<string>(
                name: "rollout_message",
                table: "apps",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "rollout_paused",
                table: "apps",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<int>(
                name: "rollout_promoted",
                table: "apps",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.CreateTable(
                name: "rollouts",
                columns: table => new
                {
                    app_id = table.Column<Guid>(type: "uuid", nullable: false),
                    generation = table.Column<long>(type: "bigint", nullable: false),
                    from_revision = table.Column<int>(type: "integer", nullable: true),
                    to_revision = table.Column<int>(type: "integer", nullable: false),
                    base_revision = table.Column<int>(type: "integer", nullable: false),
                    slots = table.Column<string>(type: "jsonb", nullable: false),
                    status = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    reason = table.Column<string>(type: "text", nullable: false),
                    outcome = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    step = table.Column<int>(type: "integer", nullable: false),
                    step_reached_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    available = table.Column<int>(type: "integer", nullable: false),
                    by = table.Column<string>(type: "text", nullable: false),
                    message = table.Column<string>(type: "text", nullable: true),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    progress_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_rollouts", x => new { x.app_id, x.generation });
                    table.ForeignKey(
                        name: "fk_rollouts_apps_app_id",
                        column: x => x.app_id,
                        principalTable: "apps",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_rollouts_started_at",
                table: "rollouts",
                column: "started_at");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "rollouts");

            migrationBuilder.DropColumn(
                name: "rollout_by",
                table: "apps");

            migrationBuilder.DropColumn(
                name: "rollout_cancelled",
                table: "apps");

            migrationBuilder.DropColumn(
                name: "rollout_generation",
                table: "apps");

            migrationBuilder.DropColumn(
                name: "rollout_message",
                table: "apps");

            migrationBuilder.DropColumn(
                name: "rollout_paused",
                table: "apps");

            migrationBuilder.DropColumn(
                name: "rollout_promoted",
                table: "apps");
        }
    }
}
