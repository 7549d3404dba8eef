using System.Collections;
using System.Reflection;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Portal.Composition;
using Portal.Core.State.Telemetry;

namespace Portal.Telemetry;

/// <summary>Sends the spans of changes to an OpenTelemetry collector, where the environment names one by the variables that OpenTelemetry defines; else nobody listens and there are none.</summary>
internal sealed class TraceExport : IDisposable
{
    private static readonly string[] Endpoints = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];
    private readonly TracerProvider? _provider;
    private readonly ExportTrouble? _trouble;

    public TraceExport(ILogger<TraceExport> log, TimeProvider time) : this(Environment.GetEnvironmentVariables(), log, time)
    {
    }

    /// <exception cref="StartupException">The address of the collector is none.</exception>
    internal TraceExport(IDictionary environment, ILogger log, TimeProvider time)
    {
        if (!IsWanted(environment))
        {
            return;
        }

        _trouble = new ExportTrouble(log, time);
        _provider = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(ResourceBuilder.CreateEmpty().AddService("portal", serviceVersion: typeof(TraceExport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion)
                .AddTelemetrySdk().AddEnvironmentVariableDetector())
            .AddSource([.. PortalTraces.Sources, .. OnlyChanges.Framework])
            .AddProcessor(new OnlyChanges())
            .AddOtlpExporter()
            .Build();
    }

    public bool IsOn => _provider is not null;

    public void Dispose()
    {
        _provider?.Dispose();
        _trouble?.Dispose();
    }

    private static bool IsWanted(IDictionary environment)
    {
        var said = Endpoints.Where(name => environment[name] is string { Length: > 0 }).ToList();
        foreach (var name in said)
        {
            if (!Uri.TryCreate((string)environment[name]!, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            {
                throw new StartupException($"{name} must be the address of an OpenTelemetry collector, as http://127.0.0.1:4318, not {environment[name]}.");
            }
        }

        return said.Count > 0 && !Says(environment, "OTEL_SDK_DISABLED", "true") && !Says(environment, "OTEL_TRACES_EXPORTER", "none");
    }

    private static bool Says(IDictionary environment, string name, string value) => string.Equals(environment[name] as string, value, StringComparison.OrdinalIgnoreCase);
}
