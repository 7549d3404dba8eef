using Bunit;
using Microsoft.AspNetCore.Components;
using Portal.Components.Controls;

namespace Portal.Tests.Web.Controls;

public sealed class DataTableTests : BunitContext
{
    public DataTableTests() => JSInterop.Mode = JSRuntimeMode.Loose;

    [Theory]
    [InlineData(100, 10)]
    [InlineData(10, 100)]
    [InlineData(5, 0)]
    public void Rows_follow_what_is_given(int before, int after)
    {
        var table = Draw([.. Enumerable.Range(0, before)]);
        Assert.Equal(before, table.FindAll("tbody tr").Count);

        table.Render(p => p.Add(t => t.Rows, [.. Enumerable.Range(1000, after)]));

        Assert.Equal(Enumerable.Range(1000, after).Select(n => $"row {n}"), table.FindAll("tbody tr").Select(r => r.TextContent.Trim()));
    }

    [Fact]
    public void A_row_that_moves_is_not_made_anew()
    {
        var made = 0;
        var table = Draw([1, 2, 3], () => made++);

        table.Render(p => p.Add(t => t.Rows, [3, 1, 2]));

        Assert.Equal(["row 3", "row 1", "row 2"], table.FindAll("tbody tr").Select(r => r.TextContent.Trim()));
        Assert.Equal(3, made);
    }

    private IRenderedComponent<DataTable<int>> Draw(IReadOnlyList<int> rows, Action? made = null) => Render<DataTable<int>>(p => p
        .Add(t => t.Label, "Numbers").Add(t => t.Rows, rows).Add(t => t.RowKey, n => n)
        .Add(t => t.Columns, builder =>
        {
            builder.OpenComponent<DataColumn<int>>(0);
            builder.AddAttribute(1, "Title", "Number");
            builder.AddAttribute(2, "ChildContent", (RenderFragment<int>)(n => b =>
            {
                b.OpenComponent<Cell>(0);
                b.AddAttribute(1, nameof(Cell.Text), $"row {n}");
                b.AddAttribute(2, nameof(Cell.Made), made);
                b.CloseComponent();
            }));
            builder.CloseComponent();
        }));

    /// <summary>Says when one is made.</summary>
    private sealed class Cell : ComponentBase
    {
        [Parameter] public string Text { get; set; } = "";
        [Parameter] public Action? Made { get; set; }

        protected override void OnInitialized() => Made?.Invoke();

        protected override void BuildRenderTree(Microsoft.AspNetCore.Components.Rendering.RenderTreeBuilder builder) => builder.AddContent(0, Text);
    }
}
