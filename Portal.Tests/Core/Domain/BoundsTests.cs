using Portal.Core.Domain;

namespace Portal.Tests.Core.Domain;

public sealed class BoundsTests
{
    private static readonly AppSpec Plain = new() { Image = "a" };

    public static TheoryData<string, int, int, int> Cases => new()
    {
        { "default", 4, 1, 0 },
        { "percent", 10, 3, 2 },
        { "percent", 1, 1, 0 },
        { "percent", 0, 0, 1 },
        { "noSurge", 10, 0, 2 },
        { "noSurge", 2, 0, 1 },
        { "stopFirst", 4, 0, 1 },
        { "stopFirstMany", 4, 0, 3 },
        { "hostPort", 4, 0, 1 },
        { "hostPortMany", 4, 0, 1 },
        { "hostNetwork", 4, 0, 1 },
        { "hostNetworkNoPorts", 4, 1, 0 },
        { "volume", 4, 0, 1 },
        { "volumeMany", 4, 0, 3 },
        { "readOnlyVolume", 4, 1, 0 },
    };

    [Theory, MemberData(nameof(Cases))]
    public void TakeEffect(string name, int replicas, int surge, int unavailable) =>
        Assert.Equal(new Bounds(surge, unavailable), Bounds.Of(Named(name), replicas));

    [Theory]
    [InlineData("default", null)]
    [InlineData("stopFirst", "its update order is stopFirst")]
    [InlineData("hostPort", "its host port 80 can be used by one container at a time")]
    [InlineData("hostNetwork", "its host port 8080 can be used by one container at a time")]
    [InlineData("volume", "its volume data can be written by one container at a time")]
    public void SayWhy(string name, string? because)
    {
        var order = Bounds.OrderOf(Named(name));
        Assert.Equal(because, order.Because);
        Assert.Equal(because is null ? UpdateOrder.StartFirst : UpdateOrder.StopFirst, order.Order);
    }

    private static AppSpec Named(string name) => name switch
    {
        "percent" => Plain with { Update = new UpdateSpec { MaxSurge = new(25, true), MaxUnavailable = new(25, true) } },
        "noSurge" => Plain with { Update = new UpdateSpec { MaxSurge = new(0), MaxUnavailable = new(25, true) } },
        "stopFirst" => Plain with { Update = new UpdateSpec { Order = UpdateOrder.StopFirst } },
        "stopFirstMany" => Plain with { Update = new UpdateSpec { Order = UpdateOrder.StopFirst, MaxUnavailable = new(3) } },
        "hostPort" => Plain with { Ports = [new PortSpec("http", 8080, 80)] },
        "hostPortMany" => Plain with { Ports = [new PortSpec("http", 8080, 80)], Update = new UpdateSpec { MaxUnavailable = new(3) } },
        "hostNetwork" => Plain with { Network = "host", Ports = [new PortSpec("http", 8080)] },
        "hostNetworkNoPorts" => Plain with { Network = "host" },
        "volume" => Plain with { Volumes = [new VolumeSpec("data", "/data")] },
        "volumeMany" => Plain with { Volumes = [new VolumeSpec("data", "/data")], Update = new UpdateSpec { MaxUnavailable = new(3) } },
        "readOnlyVolume" => Plain with { Volumes = [new VolumeSpec("data", "/data", ReadOnly: true)] },
        _ => Plain,
    };
}
