using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Portal.Agents.Docker.Json;

/// <summary>Everything that is exchanged with an engine, read and written by generated code.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Dictionary<string, ImmutableArray<string>>), TypeInfoPropertyName = "Filters")]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(InfoAnswer))]
[JsonSerializable(typeof(ListedContainer[]), TypeInfoPropertyName = "ListedContainers")]
[JsonSerializable(typeof(InspectedContainer))]
[JsonSerializable(typeof(CreateContainerBody))]
[JsonSerializable(typeof(CreatedAnswer))]
[JsonSerializable(typeof(CreateExecBody))]
[JsonSerializable(typeof(StartExecBody))]
[JsonSerializable(typeof(InspectedExec))]
[JsonSerializable(typeof(ListedNetwork))]
[JsonSerializable(typeof(ListedNetwork[]), TypeInfoPropertyName = "ListedNetworks")]
[JsonSerializable(typeof(CreateNetworkBody))]
[JsonSerializable(typeof(VolumesAnswer))]
[JsonSerializable(typeof(ListedVolume))]
[JsonSerializable(typeof(ListedImage))]
[JsonSerializable(typeof(CreateVolumeBody))]
[JsonSerializable(typeof(ListedImage[]), TypeInfoPropertyName = "ListedImages")]
[JsonSerializable(typeof(PullLine))]
[JsonSerializable(typeof(RegistryAuth))]
[JsonSerializable(typeof(EventLine))]
[JsonSerializable(typeof(StatsAnswer))]
internal sealed partial class EngineJson : JsonSerializerContext;
