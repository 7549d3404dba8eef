using System.Text.Json;

namespace Portal.Api.Http;

/// <summary>
/// Enums as the API writes them: states, roles and the like as the nomenclature spells them (<c>Running</c>); what specs and queries choose among as
/// their fields are spelled (<c>startFirst</c>). All are read without regard to case, but for those of a spec.
/// </summary>
internal static class Words
{
    public static IReadOnlyList<string> Of<TEnum>() where TEnum : struct, Enum => Enum.GetNames<TEnum>();

    public static string ChoiceOf<TEnum>(TEnum value) where TEnum : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    public static IReadOnlyList<string> ChoicesOf<TEnum>() where TEnum : struct, Enum => [.. Enum.GetValues<TEnum>().Select(ChoiceOf)];

    /// <summary>Only the names; numbers are no words.</summary>
    public static bool TryParse<TEnum>(string text, out TEnum value) where TEnum : struct, Enum
    {
        foreach (var candidate in Enum.GetValues<TEnum>())
        {
            if (string.Equals(candidate.ToString(), text, StringComparison.OrdinalIgnoreCase))
            {
                value = candidate;
                return true;
            }
        }
        value = default;
        return false;
    }
}
