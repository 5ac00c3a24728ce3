using LiaisonStation.EventStore;
using LiaisonStation.Relay.Tests;
using LiaisonStation.ServiceDefaults;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// writer <name> | reader <reader's name>; connection strings come by the environment.
var module = args[0] == "writer" ? new Notes(args[1]).WriterModule : Notes.ReaderModule(args[1]);
await Service.Build(module).RunAsync();

namespace LiaisonStation.Relay.Tests
{
    internal static class Service
    {
        public static IHost Build(ServiceModule module, IEnumerable<KeyValuePair<string, string?>>? settings = null)
        {
            var builder = Host.CreateApplicationBuilder();
            builder.Configuration.AddInMemoryCollection(settings ?? []);
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
            builder.Services.AddSingleton(module);
            builder.Services.AddSingleton(TimeProvider.System);
            builder.Services.AddEventStore(module.Store, builder.Configuration);
            builder.AddBus(module);
            return builder.Build();
        }
    }
}
