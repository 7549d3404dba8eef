using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Portal.Components.Controls;

namespace Portal.Components.Pages.Usage;

/// <summary>What a further chart needs to stand in line with those of a board of figures.</summary>
/// <param name="Choice">The time that is shown.</param>
/// <param name="SyncKey">The key of the shared cursor.</param>
/// <param name="Marks">What happened.</param>
/// <param name="OnChoose">Another time was dragged.</param>
public sealed record FigurePlace(TimeChoice Choice, string SyncKey, ImmutableArray<ChartMark> Marks, EventCallback<TimeChoice> OnChoose);
