using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Portal.Core.Domain;

namespace Portal.Components.Pages.Apps.Drafts;

/// <summary>
/// One draft with two views, a form and YAML. The view that was edited last is the truth; the other follows as far as it can:
/// the form cannot follow YAML that is no spec, and then says so.
/// </summary>
public sealed class SpecDraft
{
    private SpecDraft(SpecForm form, string yaml) => (Form, Yaml) = (form, yaml);

    public SpecForm Form { get; private set; }

    public string Yaml { get; private set; }

    /// <summary>Every fault of form in what is written now.</summary>
    public ImmutableArray<Fault> Faults { get; private set; } = [];

    /// <summary>What the draft asks for; null while it has faults.</summary>
    public AppRequest? Request { get; private set; }

    /// <summary>Whether the form shows what was there before the YAML was broken.</summary>
    public bool FormIsBehind { get; private set; }

    /// <summary>Whether anything was edited since the draft began.</summary>
    public bool IsEdited { get; private set; }

    /// <summary>Grows when the form was replaced as a whole, so that its inputs are drawn anew.</summary>
    public int FormVersion { get; private set; }

    /// <summary>An empty draft.</summary>
    public static SpecDraft New() => new(new SpecForm(), "");

    /// <summary>The draft of what an app has now.</summary>
    public static SpecDraft Of(AppSpec spec, int? replicas)
    {
        var form = SpecForm.Of(SpecText.ToJson(new AppRequest(spec, replicas)));
        return new SpecDraft(form, JsonYaml.Write(form.ToJson())) { Request = new AppRequest(spec, replicas) };
    }

    /// <summary>The form was edited: the YAML is written anew from it.</summary>
    public void FormEdited()
    {
        IsEdited = true;
        FormIsBehind = false;
        var json = Form.ToJson();
        Yaml = JsonYaml.Write(json);
        (Request, Faults) = SpecText.Read(json.ToJsonString());
    }

    /// <summary>The YAML was edited: the form follows if it is a spec.</summary>
    public void YamlEdited(string yaml)
    {
        if (yaml == Yaml)
        {
            return;
        }
        IsEdited = true;
        Yaml = yaml;
        (Request, Faults) = SpecText.Read(yaml);
        FormIsBehind = Request is null;
        if (Request is not null)
        {
            Form = SpecForm.Of(SpecText.ToJson(Request));
            FormVersion++;
        }
    }

    /// <summary>Finds the faults of what is written now, also where nothing was edited.</summary>
    public void Check() => (Request, Faults) = SpecText.Read(FormIsBehind ? Yaml : Form.ToJson().ToJsonString());
}
