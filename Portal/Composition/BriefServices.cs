namespace Portal.Composition;

/// <summary>
/// The connection of a page is one request that lasts as long as the page. What it takes to know who asks, a context of the store among it, is lent for
/// just that, and not kept with each open page.
/// </summary>
internal static class BriefServices
{
    /// <summary>Steps that get services of their own, which end with them.</summary>
    public static void UseBriefly(this WebApplication app, PathString path, Action<WebApplication> steps)
    {
        app.Use((context, next) => context.Request.Path.StartsWithSegments(path) ? LendAsync(context, next) : next(context));
        steps(app);
        app.Use(async (context, next) =>
        {
            if (context.Features.Get<Lent>() is { } lent)
            {
                await lent.TakeBackAsync(context);
            }
            await next(context);
        });
    }

    private static async Task LendAsync(HttpContext context, RequestDelegate next)
    {
        var lent = new Lent(context.RequestServices);
        context.Features.Set(lent);
        context.RequestServices = lent.Services;
        try
        {
            await next(context);
        }
        finally
        {
            await lent.TakeBackAsync(context);
        }
    }

    private sealed class Lent(IServiceProvider own)
    {
        private AsyncServiceScope? _scope = own.CreateAsyncScope();

        public IServiceProvider Services => _scope!.Value.ServiceProvider;

        public async ValueTask TakeBackAsync(HttpContext context)
        {
            if (_scope is { } scope)
            {
                _scope = null;
                context.RequestServices = own;
                await scope.DisposeAsync();
            }
        }
    }
}
