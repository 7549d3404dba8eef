using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Portal.Tests.EndToEnd;

/// <summary>A real Prometheus that finds its targets by Portal's http_sd.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("portal-prometheus-").FullName;
    private readonly HttpClient _http;
    private readonly Process _process;

    private PrometheusServer(PortalProcess portal)
    {
        var port = PortalProcess.FreePort();
        File.WriteAllText(Path.Combine(_folder, "prometheus.yml"), Config(portal));
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/"), Timeout = TimeSpan.FromSeconds(10) };
        _process = Process.Start(new ProcessStartInfo("prometheus",
            [$"--config.file={_folder}/prometheus.yml", $"--storage.tsdb.path={_folder}/data", $"--web.listen-address=127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}", "--log.level=error"]))!;
    }

    public static PrometheusServer Start(PortalProcess portal)
    {
        if (!File.Exists("/usr/bin/prometheus"))
        {
            Needs.SkipOrFail("Prometheus is needed (apt-get install prometheus).");
        }
        return new PrometheusServer(portal);
    }

    /// <summary>The labels of a query's result; none while it does not answer.</summary>
    public async Task<IReadOnlyList<IReadOnlyDictionary<string, string>>> QueryAsync(string query)
    {
        try
        {
            var answer = JsonDocument.Parse(await _http.GetStringAsync($"api/v1/query?query={Uri.EscapeDataString(query)}"));
            return [.. answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().Select(r =>
                (IReadOnlyDictionary<string, string>)r.GetProperty("metric").EnumerateObject().ToDictionary(l => l.Name, l => l.Value.GetString()!))];
        }
        catch (HttpRequestException)
        {
            return [];
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Config(PortalProcess portal) =>
        $$"""
        global: { scrape_interval: 1s, scrape_timeout: 1s }
        scrape_configs:
          - job_name: portal
            authorization: { type: Bearer, credentials_file: "{{portal.TokenFile}}" }
            static_configs: [ { targets: ["127.0.0.1:{{portal.Port}}"] } ]
          - job_name: apps
            http_sd_configs:
              - url: "http://127.0.0.1:{{portal.Port}}/api/v1/sd/prometheus?team=default"
                refresh_interval: 1s
                authorization: { type: Bearer, credentials_file: "{{portal.TokenFile}}" }
            relabel_configs:
              - { source_labels: [__meta_portal_app], target_label: app }
              - { source_labels: [__meta_portal_host], target_label: host }
              - { source_labels: [__meta_portal_instance], target_label: instance_id }
        """;
}
