using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Portal.Tests.Web;

/// <summary>Components can be rendered and compared here.</summary>
public sealed class BunitBootstrapTests : BunitContext
{
    [Fact]
    public void A_component_is_compared_as_markup_not_as_text()
    {
        var rendered = Render<Greeting>(parameters => parameters.Add(p => p.Name, "h1"));

        rendered.MarkupMatches("<p   id='greeting'   class=\"a b\">Hello <b>h1</b></p>");
        Assert.Throws<HtmlEqualException>(() => rendered.MarkupMatches("<p id='greeting' class='a b'>Hello <b>h2</b></p>"));
    }

    private sealed class Greeting : ComponentBase
    {
        [Parameter] public string Name { get; set; } = "";

        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            builder.OpenElement(0, "p");
            builder.AddAttribute(1, "class", "a b");
            builder.AddAttribute(2, "id", "greeting");
            builder.AddContent(3, "Hello ");
            builder.OpenElement(4, "b");
            builder.AddContent(5, Name);
            builder.CloseElement();
            builder.CloseElement();
        }
    }
}
