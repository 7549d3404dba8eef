using System.Globalization;

namespace Portal.Components.Controls;

/// <summary>Figures with their units, as chart.js writes them.</summary>
public static class Figures
{
    public static string Words(double value, ChartUnit unit) => unit switch
    {
        ChartUnit.Cores => Cores(value),
        ChartUnit.Bytes => Bytes(value),
        ChartUnit.BytesPerSecond => $"{Bytes(value)}/s",
        ChartUnit.PerSecond => string.Create(CultureInfo.InvariantCulture, $"{value:0.##}/s"),
        ChartUnit.Percent => string.Create(CultureInfo.InvariantCulture, $"{value:0.#} %"),
        _ => value.ToString("0.##", CultureInfo.InvariantCulture),
    };

    /// <summary>Used cores; small ones with more places, for most containers idle far below one.</summary>
    public static string Cores(double cores) => string.Create(CultureInfo.InvariantCulture,
        $"{Math.Round(cores, cores < 0.01 ? 4 : cores < 0.1 ? 3 : 2)} {(cores == 1 ? "CPU" : "CPUs")}");

    /// <summary>Bytes in powers of 1024.</summary>
    public static string Bytes(double bytes) => Pages.Common.Words.Bytes((long)bytes);
}
