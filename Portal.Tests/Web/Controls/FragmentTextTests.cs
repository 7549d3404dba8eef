using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Portal.Components.Controls;
using Portal.Core.Domain;
using Portal.Tests.Web.Fakes;

namespace Portal.Tests.Web.Controls;

public sealed class FragmentTextTests : BunitContext
{
    public static TheoryData<string, RenderFragment> Fragments => new()
    {
        { "a badge", StatusBadge.Of(Look.Of(AppStatus.Progressing), "three of \"four\" & <more>") },
        { "an icon alone", StatusBadge.Of(Look.Of(AppStatus.Failed), iconOnly: true) },
        { "a moment", TimeAgo.Of(Given.Now, Given.Now.AddMinutes(3)) },
        { "never", TimeAgo.Of(null, Given.Now) },
        { "blocks", ReplicaBlocks.Of(ReplicaBlock.Of([], 3), [], 3, 0) },
        { "a bar", ReplicaBlocks.Of(ReplicaBlock.Of([], 60), [], 60, 0) },
    };

    [Theory]
    [MemberData(nameof(Fragments))]
    public void The_text_says_what_the_renderer_draws(string _, RenderFragment content)
    {
        var drawn = Render(content);
        Render(builder => builder.AddContent(0, FragmentText.Of(content))).MarkupMatches(drawn.Markup);
    }

    [Fact]
    public void What_can_be_clicked_is_refused()
    {
        Assert.Throws<NotSupportedException>(() => FragmentText.Of(builder =>
        {
            builder.OpenComponent<Icon>(0);
            builder.CloseComponent();
        }));
        Assert.Throws<NotSupportedException>(() => FragmentText.Of(builder =>
        {
            builder.OpenElement(0, "button");
            builder.AddAttribute(1, "onclick", EventCallback.Factory.Create(this, () => { }));
            builder.CloseElement();
        }));
    }
}
