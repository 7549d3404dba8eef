using System.Reflection;
using System.Xml.Linq;

namespace Portal.Tests.Core;

/// <summary>Who may know whom: the projects, the folders of Core, and what pure code may touch.</summary>
public sealed class ArrowTests
{
    // Each folder of Core and those that it may use. A folder that is not named here fails: it has no place yet.
    private static readonly Dictionary<string, string[]> s_core = new()
    {
        ["Domain"] = [],
        ["Engine"] = ["Domain"],
        ["Scheduling"] = ["Domain"],
        ["Rollouts"] = ["Domain"],
        ["Scaling"] = ["Domain"],
        ["Catalog"] = ["Domain"],
        ["Planning"] = ["Domain", "Engine"],
        ["Jobs"] = ["Domain"],
        ["Alerts"] = ["Domain"],
        ["Reconciliation"] = ["Domain", "Scheduling", "Rollouts", "Jobs"],
        ["State"] = ["Domain", "Engine", "Scheduling", "Rollouts", "Scaling", "Catalog", "Planning", "Reconciliation", "Jobs", "Alerts"],
    };

    private static readonly string[] s_impureNamespaces =
        ["System.IO", "System.Net", "System.Diagnostics", "System.Timers", "Npgsql", "Microsoft.EntityFrameworkCore", "Microsoft.AspNetCore", "Microsoft.Extensions.Hosting"];

    // In memory, or a value.
    private static readonly string[] s_pureAllTheSame =
        ["System.IO.StringReader", "System.IO.StringWriter", "System.IO.TextReader", "System.IO.TextWriter", "System.IO.MemoryStream", "System.IO.Stream", "System.Net.IPAddress", "System.Net.IPNetwork",
         "System.Diagnostics.CodeAnalysis", "System.Diagnostics.DebuggerBrowsableAttribute", "System.Diagnostics.DebuggerHiddenAttribute", "System.Diagnostics.DebuggerStepThroughAttribute", "System.Diagnostics.UnreachableException"];

    // No clock, no chance, no waiting, nothing of the machine.
    private static readonly string[] s_impureMembers =
        ["System.Guid.NewGuid", "System.Guid.CreateVersion7", "System.Random.get_Shared", "System.TimeProvider.get_System", "System.Environment.GetEnvironmentVariable",
         "System.Environment.get_TickCount64", "System.Threading.Tasks.Task.Delay", "System.Threading.Tasks.Task.Run", "System.Security.Cryptography.RandomNumberGenerator.GetBytes"];

    private static readonly Lazy<IReadOnlyList<TypeUse>> s_coreUses = new(() => TypeReferences.Of(Assembly.Load("Portal.Core")));

    public static TheoryData<string, string[]> Projects => new()
    {
        { "Portal.Core", [] },
        { "Portal.Agents", ["Portal.Core"] },
        { "Portal.Migrations", ["Portal.Core"] },
        { "Portal", ["Portal.Core", "Portal.Agents", "Portal.Migrations"] },
    };

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_what_stands_below_it(string project, string[] allowed)
    {
        var file = Repository.PathTo(project == "Portal.Migrations" ? "migrations" : project, $"{project}.csproj");
        var named = XDocument.Load(file).Descendants("ProjectReference").Select(e => Path.GetFileNameWithoutExtension(e.Attribute("Include")!.Value));
        var compiled = Assembly.Load(project).GetReferencedAssemblies().Select(a => a.Name!).Where(IsOurs);

        Assert.Empty(named.Concat(compiled).Distinct().Except(allowed));
    }

    [Fact]
    public void Folders_of_core_know_only_those_below_them()
    {
        var wrong = from use in s_coreUses.Value
                    let user = Folder(use.User)
                    let target = Folder(use.Target)
                    where user is not null && target is not null && user != target && !s_core.GetValueOrDefault(user, []).Contains(target)
                    select $"{use} ({user} may use {string.Join(", ", s_core.GetValueOrDefault(user, []))})";

        Assert.Empty(wrong.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_folder_of_core_has_its_place()
    {
        var folders = Assembly.Load("Portal.Core").GetTypes().Select(Folder).OfType<string>().Distinct();

        Assert.Empty(folders.Except(s_core.Keys));
    }

    [Fact]
    public void Decisions_are_pure()
    {
        var wrong = from use in s_coreUses.Value
                    where Folder(use.User) is not (null or "State")
                    where IsImpure(use)
                    select use.ToString();

        Assert.Empty(wrong.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Only_the_composition_knows_the_agents()
    {
        var wrong = from use in TypeReferences.Of(Assembly.Load("Portal"))
                    where use.Target.Assembly.GetName().Name == "Portal.Agents"
                    where use.User.Namespace is not (null or "Portal.Composition") && use.User.Name != "Program"
                    select use.ToString();

        Assert.Empty(wrong.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_file_declares_the_namespace_of_its_folder()
    {
        var wrong = from project in new[] { "Portal.Core", "Portal.Agents", "Portal", "Portal.Tests" }
                    from file in Directory.EnumerateFiles(Repository.PathTo(project), "*.cs", SearchOption.AllDirectories)
                    let relative = Path.GetRelativePath(Repository.Root, file)
                    where !relative.Split('/').Any(part => part is "obj" or "bin")
                    let declared = File.ReadLines(file).FirstOrDefault(line => line.StartsWith("namespace ", StringComparison.Ordinal))
                    where declared is not null
                    let expected = $"namespace {Path.GetDirectoryName(relative)!.Replace('/', '.')};"
                    where declared.Trim() != expected
                    select $"{relative}: {declared} instead of {expected}";

        Assert.Empty(wrong);
    }

    [Fact]
    public void The_reader_sees_what_a_body_and_a_signature_use()
    {
        var uses = TypeReferences.Of(typeof(ArrowTests).Assembly).Where(use => use.User == typeof(Sample)).ToList();

        Assert.Contains(uses, use => use.Target == typeof(File) && use.Member == nameof(File.Exists));
        Assert.Contains(uses, use => use.Target == typeof(Guid) && use.Member == nameof(Guid.NewGuid));
        Assert.Contains(uses, use => use.Target == typeof(Uri));
        Assert.Contains(uses, IsImpure);
        Assert.DoesNotContain(uses, use => use.Target == typeof(Directory));
    }

    private static bool IsImpure(TypeUse use)
    {
        var name = use.Target.FullName!;
        return s_impureMembers.Contains($"{name}.{use.Member}") || (s_impureNamespaces.Any(n => IsIn(name, n)) && !s_pureAllTheSame.Any(n => IsIn(name, n)));
    }

    private static bool IsIn(string name, string parent) => name == parent || name.StartsWith($"{parent}.", StringComparison.Ordinal);

    private static bool IsOurs(string assembly) => assembly == "Portal" || assembly.StartsWith("Portal.", StringComparison.Ordinal);

    // "Scheduling" for Portal.Core.Scheduling.Filters; null for what is not Core's.
    private static string? Folder(Type type) =>
        type.Namespace?.Split('.') is ["Portal", "Core", var folder, ..] ? folder : null;
}

/// <summary>For <see cref="ArrowTests"/>: uses a file and chance inside a lambda that the compiler moves elsewhere.</summary>
internal static class Sample
{
    public static IEnumerable<bool> Look(IReadOnlyList<Uri> addresses) =>
        addresses.Select(address => Guid.NewGuid() != Guid.Empty && File.Exists(address.LocalPath));
}
