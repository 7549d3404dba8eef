using Portal.Core.State.Services;

namespace Portal.Tests.Web.Fakes;

/// <summary>A forecast that the test sets.</summary>
public sealed class FakeLossForecast : ILossForecast
{
    public LossForecast Forecast { get; set; } = LossForecast.None;

    public LossForecast Look() => Forecast;
}
