using Microsoft.AspNetCore.Components;

namespace Portal.Components.Controls;

/// <summary>One column of a DataTable; its content is the cell of a row (<c>context</c>).</summary>
public sealed class DataColumn<TRow> : ComponentBase
{
    [CascadingParameter] private DataTable<TRow> Table { get; set; } = default!;

    /// <summary>The heading; on a phone it stands before each value.</summary>
    [Parameter, EditorRequired] public string Title { get; set; } = "";

    /// <summary>What the page sorts by when the heading is clicked; null where it cannot be sorted by.</summary>
    [Parameter] public string? Sort { get; set; }

    /// <summary>Classes of its cells, as <c>number</c> or <c>cut</c>.</summary>
    [Parameter] public string? Class { get; set; }

    /// <summary>A CSS width; needed only where there may be more than a hundred rows.</summary>
    [Parameter] public string? Width { get; set; }

    /// <summary>Whether the heading is only read out.</summary>
    [Parameter] public bool HideTitle { get; set; }

    /// <summary>The cell.</summary>
    [Parameter, EditorRequired] public RenderFragment<TRow> ChildContent { get; set; } = default!;

    protected override void OnInitialized() => Table.Add(this);
}
