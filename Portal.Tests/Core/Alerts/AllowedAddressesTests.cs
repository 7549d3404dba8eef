using System.Net;
using Portal.Core.Alerts;

namespace Portal.Tests.Core.Alerts;

public sealed class AllowedAddressesTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.9.1")]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("172.31.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("fe80::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("2002:7f00:1::")]
    public void What_lies_inside_is_refused(string address) => Assert.NotNull(AllowedAddresses.None.Refusal("hook.example.org", IPAddress.Parse(address)));

    [Theory]
    [InlineData("93.184.216.34")]
    [InlineData("2606:2800:220:1::1")]
    public void The_internet_is_open(string address) => Assert.Null(AllowedAddresses.None.Refusal("hook.example.org", IPAddress.Parse(address)));

    [Theory]
    [InlineData("10.1.0.0/16", "10.1.2.3", true)]
    [InlineData("10.1.0.0/16", "::ffff:10.1.2.3", true)]
    [InlineData("10.1.0.0/16", "10.2.2.3", false)]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("127.0.0.1", "127.0.0.2", false)]
    [InlineData("Mail.Example.org", "10.2.2.3", true)]
    [InlineData("other.example.org", "10.2.2.3", false)]
    public void An_administrator_opens_hosts_and_networks(string allowed, string address, bool open)
    {
        var addresses = AllowedAddresses.Read([allowed], out var fault);

        Assert.Null(fault);
        Assert.Equal(open, addresses.Refusal("mail.example.org", IPAddress.Parse(address)) is null);
    }

    [Theory]
    [InlineData("10.0.0.0/99")]
    [InlineData("no host")]
    [InlineData("http://x")]
    public void What_is_no_address_is_a_fault(string text)
    {
        AllowedAddresses.Read([text], out var fault);

        Assert.NotNull(fault);
    }
}
