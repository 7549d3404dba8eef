using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace Portal.Tests.Web;

/// <summary>
/// bUnit asks for a newer AngleSharp.Diffing than every registry serves, and the runtime refuses an older one by itself. The one that
/// was restored lies in a folder beside the program, is handed out for any version, and has what bUnit calls.
/// </summary>
internal static class BunitBootstrap
{
    private const string Library = "AngleSharp.Diffing";

    [ModuleInitializer]
    internal static void HandOutTheRestoredLibrary() =>
        AssemblyLoadContext.Default.Resolving += (context, wanted) =>
        {
            var file = Path.Combine(AppContext.BaseDirectory, "resolved", Library + ".dll");
            return wanted.Name == Library && File.Exists(file) ? context.LoadFromAssemblyPath(file) : null;
        };
}
