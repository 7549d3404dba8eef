namespace Portal.Core.State.Embedded;

/// <summary>How much of the machine the embedded server may take. The tests want more sessions and need no durability.</summary>
/// <param name="MaxConnections">Sessions at once.</param>
/// <param name="Durable">False only where the data is thrown away: a power cut then loses it.</param>
internal sealed record ClusterSettings(int MaxConnections = 60, bool Durable = true)
{
    /// <summary>The database user, which Portal's operating system user is mapped to.</summary>
    public const string Role = "portal";

    public const string Database = "portal";
    public const int Port = 5432;

    /// <summary>
    /// Written at each start, so that a newer Portal brings its own settings. The socket lies in the cluster's folder,
    /// which only its owner and root can enter; there is no other way in.
    /// </summary>
    public string ConfigurationFile() => $"""
        # Written by Portal at each start; changes here are lost.
        listen_addresses = ''
        unix_socket_directories = '.'
        unix_socket_permissions = 0700
        port = {Port}
        max_connections = {MaxConnections}
        superuser_reserved_connections = 3

        # A small server beside an app, not a machine of its own.
        shared_buffers = 48MB
        effective_cache_size = 256MB
        work_mem = 8MB
        maintenance_work_mem = 32MB
        huge_pages = off
        jit = off
        max_worker_processes = 2
        max_logical_replication_workers = 0
        max_parallel_workers = 0
        max_parallel_workers_per_gather = 0
        max_parallel_maintenance_workers = 0
        max_locks_per_transaction = 128

        fsync = {OnOff(Durable)}
        full_page_writes = {OnOff(Durable)}
        synchronous_commit = {OnOff(Durable)}
        wal_level = minimal
        max_wal_senders = 0
        wal_compression = on
        min_wal_size = 64MB
        max_wal_size = 512MB
        checkpoint_timeout = 10min

        autovacuum_max_workers = 2
        autovacuum_naptime = 30s
        autovacuum_vacuum_scale_factor = 0.1
        autovacuum_analyze_scale_factor = 0.05
        idle_in_transaction_session_timeout = 10min

        # Statements stay out of the log: their values may be secrets.
        log_destination = 'stderr'
        logging_collector = off
        log_line_prefix = ''
        log_min_messages = log
        log_min_error_statement = panic
        log_checkpoints = off
        lc_messages = 'C'
        timezone = 'UTC'
        log_timezone = 'UTC'

        """;

    /// <summary>Who connects must be, by the kernel's word, one of the users of <see cref="IdentityMapFile"/>.</summary>
    public static string AuthenticationFile() => "local all all peer map=portal\n";

    public static string IdentityMapFile() => string.Concat(
        new[] { "root", PostgresLauncher.User }.Distinct().Select(user => $"portal \"{user}\" {Role}\n"));

    private static string OnOff(bool on) => on ? "on" : "off";
}
