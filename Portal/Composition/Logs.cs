using Microsoft.Extensions.Logging.Console;

namespace Portal.Composition;

/// <summary>Structured logs on the console: a line for a person, or a JSON object for a collector.</summary>
internal static class Logs
{
    public static void Configure(ILoggingBuilder logging, PortalOptions options)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(options.LogLevel);
        logging.AddFilter("Microsoft", Max(LogLevel.Warning, options.LogLevel));
        logging.AddFilter("Microsoft.Hosting.Lifetime", Max(LogLevel.Warning, options.LogLevel));
        // Whoever calls tells what failed, in a line; the first start even asks for a table that is not there yet.
        logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Critical);
        // Keys are kept in a folder that only its owner can read.
        logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        logging.AddFilter("System.Net.Http", Max(LogLevel.Warning, options.LogLevel));
        if (options.JsonLogs)
        {
            logging.AddJsonConsole(o => (o.UseUtcTimestamp, o.TimestampFormat, o.IncludeScopes) = (true, "O", true));
        }
        else
        {
            logging.AddSimpleConsole(o =>
            {
                (o.UseUtcTimestamp, o.TimestampFormat, o.SingleLine) = (true, "yyyy-MM-dd HH:mm:ss.fff ", true);
                o.ColorBehavior = Console.IsOutputRedirected ? LoggerColorBehavior.Disabled : LoggerColorBehavior.Enabled;
            });
        }
    }

    private static LogLevel Max(LogLevel a, LogLevel b) => a > b ? a : b;
}
