using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;

namespace Portal.Components.Pages.Apps.Drafts;

/// <summary>Specs as text and tree, without what goes without saying.</summary>
internal static class SpecText
{
    /// <summary>Reads YAML, of which JSON is a part.</summary>
    public static (AppRequest? Request, ImmutableArray<Fault> Faults) Read(string yaml)
    {
        var reading = SpecCodec.ReadYaml(yaml);
        return (reading.Request, [.. reading.Faults, .. reading.Unsupported]);
    }

    /// <summary>The API's JSON with only what differs from the defaults.</summary>
    public static JsonObject ToJson(AppRequest request)
    {
        var json = Parse(request);
        var defaults = Parse(new AppRequest(new AppSpec { Image = "" }, null));
        // What goes without saying here depends on whether anything is checked.
        defaults["update"]!["minReady"] = DurationText.Format(request.Spec.DefaultMinReady);
        if (request.Spec.Kind == AppKind.Job)
        {
            defaults["job"] = Parse(new AppRequest(new AppSpec { Image = "", Kind = AppKind.Job }, null))["job"]!.DeepClone();
        }
        Strip(json, defaults);
        return json;
    }

    private static JsonObject Parse(AppRequest request) => JsonNode.Parse(SpecCodec.WriteJson(request.Spec, request.Replicas))!.AsObject();

    private static void Strip(JsonObject json, JsonObject defaults)
    {
        foreach (var (name, value) in json.ToList())
        {
            var otherwise = defaults[name];
            if (value is null || JsonNode.DeepEquals(value, otherwise))
            {
                json.Remove(name);
            }
            else if (value is JsonObject members && otherwise is JsonObject below)
            {
                Strip(members, below);
            }
        }
    }
}
