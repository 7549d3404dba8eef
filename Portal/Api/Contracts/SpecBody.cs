using System.Text.Json;
using System.Text.Json.Serialization;
using Portal.Core.Domain;
using Portal.Core.Domain.Specs;

namespace Portal.Api.Contracts;

/// <summary>An AppSpec in the shape that a put takes, every default spelled out.</summary>
/// <param name="Spec">The spec.</param>
/// <param name="Replicas">The wanted count; null for a global app, and in a revision, which has none.</param>
[JsonConverter(typeof(SpecBodyConverter))]
internal sealed record SpecBody(AppSpec Spec, int? Replicas);

/// <summary>Writes a spec as its codec does. Specs are read by the codec alone.</summary>
internal sealed class SpecBodyConverter : JsonConverter<SpecBody>
{
    public override SpecBody Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Specs are read by SpecCodec.");

    public override void Write(Utf8JsonWriter writer, SpecBody value, JsonSerializerOptions options) => SpecCodec.WriteJson(writer, value.Spec, value.Replicas);
}
