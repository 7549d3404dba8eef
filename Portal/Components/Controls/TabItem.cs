namespace Portal.Components.Controls;

/// <summary>One tab.</summary>
/// <param name="Key">Its word in the query string.</param>
/// <param name="Title">Its name.</param>
/// <param name="Count">A number beside it; null for none.</param>
public sealed record TabItem(string Key, string Title, int? Count = null);
