using Portal.Core.Domain;

namespace Portal.Core.Planning;

/// <summary>What containers of an instance are called.</summary>
public static class PartWords
{
    /// <summary>As <c>init container migrate</c>.</summary>
    public static string Of(PartKind kind, string name) => kind switch
    {
        PartKind.Init => $"init container {name}",
        PartKind.Sidecar => $"sidecar {name}",
        _ => "main container",
    };
}
