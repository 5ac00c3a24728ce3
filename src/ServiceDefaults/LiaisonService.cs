using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace LiaisonStation.ServiceDefaults;

public static class LiaisonService
{
    public static WebApplication Build(string[] args, ServiceModule module)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddSingleton(module);
        module.Services?.Invoke(builder.Services);
        return builder.Build();
    }
}
