using System.Security.Cryptography;
using Portal.Core.Engine;
using Portal.Tests.Engine;

namespace Portal.Tests.Core.Engine;

public sealed class EngineCertificatesTests
{
    private static readonly TestCertificates s_authority = TestCertificates.New();
    private static readonly DateTimeOffset s_now = TimeProvider.System.GetUtcNow();

    [Fact]
    public void Good_ones_have_no_fault_and_a_date()
    {
        var report = EngineCertificates.Describe(s_authority.Client(toDays: 30), s_now);

        Assert.Empty(report.Faults);
        Assert.InRange(report.ExpiresAt!.Value, s_now.AddDays(29), s_now.AddDays(31));
    }

    public static TheoryData<string, string, string, string> Faulty()
    {
        var good = s_authority.Client();
        using var rsa = RSA.Create(2048);
        return new()
        {
            { "", good.Cert, good.Key, "The CA certificate is missing." },
            { "nonsense", good.Cert, good.Key, "The CA certificate cannot be read" },
            { good.Ca, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", good.Key, "The client certificate cannot be read" },
            { good.Ca, good.Key, good.Key, "The client certificate cannot be read" },
            { good.Ca, good.Cert, "", "The client key is missing." },
            { good.Ca, good.Cert, "nonsense", "The client key cannot be read" },
            { good.Ca, good.Cert, good.Cert, "The client key cannot be read" },
            { good.Ca, good.Cert, s_authority.Client().Key, "does not match the client certificate." },
            { good.Ca, good.Cert, rsa.ExportPkcs8PrivateKeyPem(), "does not match the client certificate." },
            { good.Ca, good.Cert, rsa.ExportEncryptedPkcs8PrivateKeyPem("x", new(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1)), "The client key is encrypted" },
        };
    }

    [Theory, MemberData(nameof(Faulty))]
    public void Each_fault_is_a_sentence(string ca, string cert, string key, string words) =>
        Assert.Contains(words, Assert.Single(EngineCertificates.Describe(new(ca, cert, key), s_now).Faults).Message);

    [Fact]
    public void All_faults_are_told_at_once() => Assert.Equal(["ca", "cert", "key"], EngineCertificates.Describe(new("", "", ""), s_now).Faults.Select(f => f.Path));

    [Fact]
    public void An_expired_one_says_since_when()
    {
        var report = EngineCertificates.Describe(s_authority.Client(-20, -10), s_now);

        Assert.Equal($"The client certificate has been expired since {EngineCertificates.Words(report.ExpiresAt!.Value)}.", Assert.Single(report.Faults).Message);
    }

    [Fact]
    public void One_of_the_future_says_from_when() =>
        Assert.Contains("not valid before", Assert.Single(EngineCertificates.Describe(s_authority.Client(5, 10), s_now).Faults).Message);

    [Fact]
    public void Secrets_are_not_printed()
    {
        Assert.DoesNotContain("secret", new EngineEndpoint("tcp://h:1", new("ca", "cert", "secret")).ToString());
        Assert.DoesNotContain("secret", new RegistryCredentials("r", "u", "secret").ToString());
    }
}
