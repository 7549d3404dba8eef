using Portal.Core.Domain;

namespace Portal.Tests.Core.Domain;

public sealed class InstancePartsTests
{
    private static PartSpec Part(string name, double cpus, long memory) =>
        new() { Name = name, Image = "a", Resources = new ResourcesSpec { Reservations = new Resources(cpus, memory) } };

    private static readonly AppSpec Alone = new() { Image = "a", Resources = new ResourcesSpec { Reservations = new Resources(1, 100) } };

    [Fact]
    public void An_instance_sets_aside_the_sum_or_its_largest_init_container()
    {
        Assert.Equal(new Resources(1, 100), InstanceParts.ReservationsOf(Alone));
        var sidecars = Alone with { Sidecars = [Part("a", 0.5, 20), Part("b", 0.25, 0)] };
        Assert.Equal(new Resources(1.75, 120), InstanceParts.ReservationsOf(sidecars));
        Assert.Equal(new Resources(2, 120), InstanceParts.ReservationsOf(sidecars with { InitContainers = [Part("c", 2, 10), Part("d", 1, 110)] }));
    }

    [Fact]
    public void Containers_come_in_the_order_in_which_they_begin()
    {
        var spec = Alone with { Sidecars = [Part("a", 0, 0)], InitContainers = [Part("c", 0, 0), Part("d", 0, 0)] };

        Assert.Equal(["c Init", "d Init", "main Main", "a Sidecar"], InstanceParts.Of(spec).Select(p => $"{p.Name} {p.Kind}"));
        Assert.Equal("init containers c and d; sidecar a", InstanceParts.Words(spec));
        Assert.Equal("", InstanceParts.Words(Alone));
    }

    [Fact]
    public void A_volume_that_any_container_writes_is_written()
    {
        var spec = Alone with { Volumes = [new VolumeSpec("data", "/data", ReadOnly: true)] };
        Assert.Empty(spec.WritableVolumes);
        Assert.Equal(UpdateOrder.StartFirst, Bounds.OrderOf(spec).Order);

        var written = spec with { InitContainers = [Part("c", 0, 0) with { Volumes = [new MountSpec("data", "/in")] }] };
        Assert.Equal("data", Assert.Single(written.WritableVolumes).Name);
        Assert.Equal(UpdateOrder.StopFirst, Bounds.OrderOf(written).Order);
    }
}
