using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Portal.Components.Live;
using Portal.Core.State.Live;
using Portal.Tests.Web.Fakes;
using Portal.Tests.Web.Pages;

namespace Portal.Tests.Web.Live;

public sealed class LivePulseTests : PageContext
{
    private sealed class CountingPage : LivePage
    {
        private int _apps;

        public int Drawings { get; private set; }

        protected override object? Shows => _apps;

        protected override void OnSnapshot(LiveSnapshot snapshot) => _apps = snapshot.Apps.Count > 2 ? throw new InvalidOperationException("too many") : snapshot.Apps.Count;

        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            Drawings++;
            builder.AddContent(0, _apps);
        }
    }

    private sealed class Frame : ComponentBase
    {
        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            builder.OpenComponent<LiveBeat>(0);
            builder.CloseComponent();
            builder.OpenComponent<CountingPage>(1);
            builder.CloseComponent();
            builder.OpenComponent<CountingPage>(2);
            builder.CloseComponent();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void All_parts_follow_by_one_reading_and_draw_only_what_changed(bool framed)
    {
        var frame = framed ? Render<Frame>(b => b.AddCascadingValue(Given.Admin)) : null;
        IReadOnlyList<CountingPage> parts = frame?.FindComponents<CountingPage>().Select(c => c.Instance).ToList() ?? [Open<CountingPage>("/").Instance, Open<CountingPage>("/").Instance];
        Assert.Equal(1, Live.Readers);
        var before = parts.Select(p => p.Drawings).ToList();
        Live.Set(Given.Snapshot([Given.App("web")]));
        WaitFor(() => parts.Zip(before).All(p => p.First.Drawings == p.Second + 1));
        Live.Set(Given.Snapshot([Given.App("mail")]));
        Live.Set(Given.Snapshot([Given.App("mail"), Given.App("web")]));
        WaitFor(() => parts.Zip(before).All(p => p.First.Drawings == p.Second + 2));
    }

    [Fact]
    public async Task The_reading_ends_with_the_last_part()
    {
        Open<CountingPage>("/");
        Assert.Equal(1, Live.Readers);
        await DisposeComponentsAsync();
        Assert.Equal(0, Live.Readers);
    }

    private static void WaitFor(Func<bool> holds) => Assert.True(SpinWait.SpinUntil(holds, TimeSpan.FromSeconds(20)));
}
