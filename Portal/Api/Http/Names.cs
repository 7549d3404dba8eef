using System.Text.RegularExpressions;
using Portal.Core.Domain;

namespace Portal.Api.Http;

/// <summary>Names in paths. Where something is made, a bad name is a fault; where something is sought, it is simply not there.</summary>
internal static partial class Names
{
    /// <summary>The fault of a name that is to be made; none if it is a DNS label.</summary>
    public static IEnumerable<Fault> Check(string path, string name) => NameRules.CheckDnsLabel(name) is { } message ? [new Fault(path, message)] : [];

    /// <summary>Refuses a name that nothing can have.</summary>
    public static void Seek(string what, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (!NameRules.IsDnsLabel(name))
            {
                throw RefusedException.NotFound($"{what} of that name");
            }
        }
    }

    public static Guid SeekId(string what, string id) => Guid.TryParse(id, out var guid) ? guid : throw RefusedException.NotFound($"{what} with that id");

    /// <summary>The fault of a registry's host, such as <c>ghcr.io</c> or <c>10.0.0.1:5000</c>.</summary>
    public static IEnumerable<Fault> CheckRegistry(string host) => RegistryHost().IsMatch(host) ? []
        : [new Fault("host", "must be a registry's host name, such as ghcr.io, with a port where it has one")];

    /// <summary>A user is named by id or e-mail address; what is neither is nobody.</summary>
    public static string SeekUser(string user) => user.Length is > 0 and <= 256 && !user.Any(char.IsControl) ? user
        : throw RefusedException.NotFound("user of that name");

    [GeneratedRegex(@"\A[a-zA-Z0-9]([-a-zA-Z0-9.]{0,251}[a-zA-Z0-9])?(:[0-9]{1,5})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex RegistryHost();
}
