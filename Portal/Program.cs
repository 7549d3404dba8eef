using Portal.Composition;
using Portal.Core.State;
using Portal.Core.State.Backup;
using Portal.Core.State.Embedded;

const int Misused = 2;
const int Failed = 1;

var command = OptionsReader.Read(args, Environment.GetEnvironmentVariables());
if (command.Verb == "help")
{
    Console.Out.WriteLine(Help.Text());
    return 0;
}

if (!command.Faults.IsEmpty)
{
    Console.Error.WriteLine($"{string.Join('\n', command.Faults)}\nSee --help.");
    return Misused;
}

var options = command.Options;
try
{
    return command.Verb switch
    {
        "admin-link" => await AdminLink.RunAsync(options, Console.Out),
        "backup" => await BackupCommands.BackupAsync(command.File!, options.Data, options.ConnectionString, options.Keys, Console.Out, TimeProvider.System, CancellationToken.None),
        "restore" => await BackupCommands.RestoreAsync(command.File!, options.Data, options.ConnectionString, options.Keys, command.Force, Console.Out, TimeProvider.System, CancellationToken.None),
        _ => await PortalHost.RunAsync(options, Console.Out),
    };
}
catch (Exception e) when (e is StartupException or DataDirectoryInUseException or EmbeddedPostgresException or StoreTooNewException or StoreUnavailableException or IOException)
{
    Console.Error.WriteLine(e.Message);
    return Failed;
}
