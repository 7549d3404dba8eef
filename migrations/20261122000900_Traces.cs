using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Portal.Migrations.Migrations
{
    /// <inheritdoc />
    public partial class Traces : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "traceparent",
                table: "image_pulls",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "trace_id",
                table: "events",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "trace_id",
                table: "audit",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "traceparent",
                table: "assignments",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "traceparent",
                table: "apps",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "settled_generation",
                table: "app_status",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "traceparent",
                table: "image_pulls");

            migrationBuilder.DropColumn(
                name: "trace_id",
                table: "events");

            migrationBuilder.DropColumn(
                name: "trace_id",
                table: "audit");

            migrationBuilder.DropColumn(
                name: "traceparent",
                table: "assignments");

            migrationBuilder.DropColumn(
                name: "traceparent",
                table: "apps");

            migrationBuilder.DropColumn(
                name: "settled_generation",
                table: "app_status");
        }
    }
}
