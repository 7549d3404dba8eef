using Portal.Core.Domain.Bodies;

namespace Portal.Core.Domain.Specs;

/// <summary>Further containers of an instance: checked in form, refused for now.</summary>
internal static class SidecarsPart
{
    public static void Read(BodyReader body, List<Fault> unsupported)
    {
        var names = new Uniqueness();
        var unsupportedWithin = new List<Fault>();
        foreach (var sidecar in body.Objects("sidecars"))
        {
            names.Check(sidecar, "name", sidecar.Text("name", NameRules.CheckDnsLabel, required: true));
            sidecar.Text("image", image => ImageReference.TryParse(image, out _, out var message) ? null : message, required: true);
            SpecReader.ReadArguments(sidecar, "command");
            EnvPart.Read(sidecar, unsupportedWithin);
        }
        if (body.Take("sidecars") is { Items.Count: > 0 })
        {
            unsupported.Add(new Fault("sidecars", "Sidecars do not work yet; leave them out."));
        }
    }
}
