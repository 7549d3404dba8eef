using System.Net;
using Portal.Core.Domain;

namespace Portal.Tests.Core.Domain;

public sealed class AddressRulesTests
{
    [Theory]
    [InlineData("127.0.0.1", AddressKind.Loopback)]
    [InlineData("127.9.9.9", AddressKind.Loopback)]
    [InlineData("0.0.0.0", AddressKind.Loopback)]
    [InlineData("0.1.2.3", AddressKind.Loopback)]
    [InlineData("::1", AddressKind.Loopback)]
    [InlineData("::", AddressKind.Loopback)]
    [InlineData("::ffff:127.0.0.1", AddressKind.Loopback)]
    [InlineData("::127.0.0.1", AddressKind.Loopback)]
    [InlineData("64:ff9b::7f00:1", AddressKind.Loopback)]
    [InlineData("2002:7f00:1::", AddressKind.Loopback)]
    [InlineData("169.254.169.254", AddressKind.LinkLocal)]
    [InlineData("::ffff:169.254.169.254", AddressKind.LinkLocal)]
    [InlineData("fe80::1%3", AddressKind.LinkLocal)]
    [InlineData("fd00:ec2::254", AddressKind.LinkLocal)]
    [InlineData("100.100.100.200", AddressKind.LinkLocal)]
    [InlineData("10.1.2.3", AddressKind.Private)]
    [InlineData("172.31.255.255", AddressKind.Private)]
    [InlineData("172.32.0.0", AddressKind.Public)]
    [InlineData("192.168.0.1", AddressKind.Private)]
    [InlineData("100.64.0.1", AddressKind.Private)]
    [InlineData("fd12::1", AddressKind.Private)]
    [InlineData("224.0.0.1", AddressKind.Group)]
    [InlineData("255.255.255.255", AddressKind.Group)]
    [InlineData("ff02::1", AddressKind.Group)]
    [InlineData("8.8.8.8", AddressKind.Public)]
    [InlineData("2001:4860:4860::8888", AddressKind.Public)]
    public void AnAddressLiesWhereItLeadsTo(string address, AddressKind kind)
    {
        var parsed = IPAddress.Parse(address);

        Assert.Equal(kind, AddressRules.KindOf(parsed));
        Assert.Equal(kind is AddressKind.Loopback or AddressKind.LinkLocal or AddressKind.Group, AddressRules.IsInside(parsed));
        Assert.Equal(AddressRules.IsInside(parsed), AddressRules.Refusal(parsed) is not null);
    }
}
