namespace Portal.Tests.Core.Domain.Specs;

/// <summary>Bodies that several tests read.</summary>
internal static class SpecExamples
{
    /// <summary>The contract's example, without its comments and its sidecar.</summary>
    public const string Contract = """
        {
          "image": "nginx:1.27",
          "pull": "ifNotPresent",
          "kind": "service",
          "replicas": 1,
          "entrypoint": null, "command": null, "workingDir": null, "user": null,
          "env": { "KEY": "value" },
          "network": "bridge",
          "ports": [ { "name": "http", "containerPort": 80, "hostPort": null, "protocol": "tcp", "public": false } ],
          "volumes": [ { "name": "data", "path": "/data", "readOnly": false } ],
          "resources": { "reservations": { "cpus": 0.1, "memory": "64M" }, "limits": { "cpus": 1, "memory": "256M" } },
          "health": { "kind": "none", "port": "http", "path": "/", "command": null,
                      "interval": "10s", "timeout": "2s", "retries": 3, "startPeriod": "0s", "onUnhealthy": "restart" },
          "restart": { "policy": "always", "maxPerHost": 5, "window": "10m" },
          "placement": { "strategy": "spread", "constraints": [ "host.labels.zone == a" ], "spreadBy": [], "maxPerHost": null },
          "update": { "order": "startFirst", "maxSurge": 1, "maxUnavailable": 0, "minReady": "5s",
                      "progressDeadline": "5m", "onFailure": "rollback", "canary": [] },
          "stop": { "signal": "SIGTERM", "gracePeriod": "10s" },
          "labels": {}
        }
        """;

    /// <summary>A spec with one more field, or several: <c>{"image":"a", FIELDS}</c>.</summary>
    public static string With(string fields) => $$"""{"image":"a",{{fields}}}""";
}
