using Portal.Core.Domain;
using Portal.Core.Domain.Specs;

namespace Portal.Tests.Core.Domain.Specs;

public sealed class JobSpecTests
{
    public static TheoryData<string, string, string> Faults => new()
    {
        { """ "kind":"job","replicas":2 """, "replicas", "must be left out" },
        { """ "kind":"job","health":{"kind":"command","command":["a"]} """, "health", "exit code" },
        { """ "kind":"job","restart":{"policy":"never"} """, "restart", "job.retries" },
        { """ "kind":"job","update":{"canary":[{"percent":10,"pause":"5m"}]} """, "update", "next run" },
        { """ "kind":"job","update":{"maxSurge":2} """, "update", "next run" },
        { """ "job":{"completions":2} """, "job", "kind job" },
        { """ "kind":"global","job":{} """, "job", "kind job" },
        { """ "kind":"job","job":{"completions":0} """, "job.completions", "from 1 to 10000" },
        { """ "kind":"job","job":{"parallelism":1001} """, "job.parallelism", "from 1 to 1000" },
        { """ "kind":"job","job":{"retries":-1} """, "job.retries", "from 0 to 100" },
        { """ "kind":"job","job":{"deadline":"500ms"} """, "job.deadline", "1s" },
        { """ "kind":"job","job":{"keep":"9000h"} """, "job.keep", "8760h" },
        { """ "kind":"job","job":{"schedule":"61 * * * *"} """, "job.schedule", "minute" },
        { """ "kind":"job","job":{"schedule":"0 0 30 2 *"} """, "job.schedule", "never" },
        { """ "kind":"job","job":{"timeZone":"Mars/Olympus"} """, "job.timeZone", "IANA" },
        { """ "kind":"job","job":{"overlap":"queue"} """, "job.overlap", "must be allow, skip or replace" },
        { """ "kind":"job","job":{"missed":"all"} """, "job.missed", "must be runOnce or skip" },
        { """ "kind":"job","job":{"complete":1} """, "job.complete", "unknown field" },
    };

    [Theory, MemberData(nameof(Faults))]
    public void A_fault_is_told_at_its_field(string fields, string path, string part)
    {
        var fault = Assert.Single(SpecCodec.ReadJson(SpecExamples.With(fields)).Faults);
        Assert.Equal(path, fault.Path);
        Assert.Contains(part, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_faults_are_told_at_once() => Assert.Equal(6, SpecCodec.ReadJson(SpecExamples.With("""
        "kind":"job","replicas":1,"job":{"completions":0,"schedule":"x","timeZone":"x","overlap":"x","keep":"x"}
        """)).Faults.Length);

    [Fact]
    public void Defaults_spelled_out_are_the_same_spec()
    {
        var bare = Read(""" "kind":"job" """);
        var spelled = Read("""
            "kind":"job","health":{"kind":"none"},"restart":{"policy":"always"},"update":{"order":"startFirst","minReady":"5s"},
            "job":{"completions":1,"parallelism":1,"retries":3,"deadline":null,"keep":"24h","schedule":null,"timeZone":"UTC","overlap":"skip","missed":"runOnce"}
            """);
        Assert.Equal(new JobSpec(), bare.Job);
        Assert.Equal(SpecCodec.Canonical(bare), SpecCodec.Canonical(spelled));
        Assert.Equal(SpecCodec.Canonical(bare), SpecCodec.Canonical(SpecCodec.FromCanonical(SpecCodec.Canonical(bare))));
    }

    [Fact]
    public void What_is_no_job_knows_no_word_of_it()
    {
        Assert.DoesNotContain("job", SpecCodec.Canonical(new AppSpec { Image = "a" }), StringComparison.Ordinal);
        Assert.Null(Read(""" "kind":"service","job":null """).Job);
    }

    [Fact]
    public void How_a_job_runs_makes_no_revision()
    {
        var spec = Read(""" "kind":"job" """);
        var other = spec with { Job = spec.Job! with { Completions = 5, Schedule = "* * * * *" } };
        Assert.Equal(SpecHash.OfContainer(spec), SpecHash.OfContainer(other));
        Assert.Equal(["job.completions", "job.schedule"], SpecDiff.Between(spec, other).Select(c => c.Path));
        Assert.NotEqual(SpecHash.OfContainer(spec), SpecHash.OfContainer(spec with { Image = "b" }));
    }

    private static AppSpec Read(string fields)
    {
        var reading = SpecCodec.ReadJson(SpecExamples.With(fields));
        Assert.Empty(reading.Faults);
        return reading.OrRefuse().Spec;
    }
}
