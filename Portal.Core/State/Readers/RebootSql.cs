namespace Portal.Core.State.Readers;

/// <summary>When a planned reboot is over.</summary>
internal static class RebootSql
{
    /// <summary>Of hosts <c>h</c> with status <c>s</c>: whether a planned reboot was announced and the engine has not been seen to run anew. An engine that
    /// does not tell its runs apart is back once it was away.</summary>
    public const string InForce =
        """
        (h.reboot_asked_at IS NOT NULL AND NOT coalesce(CASE WHEN s.engine_run IS NOT NULL AND h.reboot_run IS NOT NULL THEN s.engine_run <> h.reboot_run
            ELSE s.reachability = 'Reachable' AND s.since > h.reboot_asked_at END, false))
        """;
}
