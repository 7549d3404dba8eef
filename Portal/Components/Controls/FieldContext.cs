namespace Portal.Components.Controls;

/// <summary>What a Field gives to its input: splat <c>@attributes="field.Attributes"</c> on it.</summary>
/// <param name="Id">The input's id.</param>
/// <param name="Attributes">Its id, description and validity.</param>
public sealed record FieldContext(string Id, IReadOnlyDictionary<string, object> Attributes);
