using System.Data.Common;
using Portal.Core.Domain;
using Portal.Core.State;

namespace Portal.Components.Controls;

/// <summary>What a failed call says to the person in front of it.</summary>
internal static class Refusals
{
    public const string StoreAway = "The store does not answer. Nothing was changed; try again in a moment.";

    public static string Sentence(Exception e) => e switch
    {
        RefusedException refused => refused.Message,
        _ when IsStoreAway(e) => StoreAway,
        _ => "Something went wrong inside Portal; its log says what. Nothing more is known here.",
    };

    public static bool IsStoreAway(Exception e) =>
        e is StoreUnavailableException or DbException or TimeoutException || (e.InnerException is { } inner && IsStoreAway(inner));
}
