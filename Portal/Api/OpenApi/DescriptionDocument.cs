using System.Text;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Portal.Api.OpenApi;

/// <summary>The OpenAPI document as text, made once: endpoints do not change while Portal runs, and everyone may ask for it.</summary>
internal sealed class DescriptionDocument([FromKeyedServices(ApiDescription.Document)] IOpenApiDocumentProvider provider) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private byte[]? _json;

    public async Task<byte[]> ReadAsync(CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation);
        try
        {
            return _json ??= await WriteAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task<byte[]> WriteAsync()
    {
        var document = await provider.GetOpenApiDocumentAsync(CancellationToken.None);
        return Encoding.UTF8.GetBytes(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, CancellationToken.None));
    }
}
