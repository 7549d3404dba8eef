using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Portal.Migrations.Migrations
{
    /// <inheritdoc />
    public partial class TokenMaker : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "made_by",
                table: "tokens",
                type: "uuid",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_tokens_made_by",
                table: "tokens",
                column: "made_by");

            migrationBuilder.AddForeignKey(
                name: "fk_tokens_tokens_made_by",
                table: "tokens",
                column: "made_by",
                principalTable: "tokens",
                principalColumn: "id",
                onDelete: ReferentialAction.Cascade);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_tokens_tokens_made_by",
                table: "tokens");

            migrationBuilder.DropIndex(
                name: "ix_tokens_made_by",
                table: "tokens");

            migrationBuilder.DropColumn(
                name: "made_by",
                table: "tokens");
        }
    }
}
