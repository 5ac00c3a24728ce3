#pragma warning disable
using LiaisonStation.EventStore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Configuration;
namespace LiaisonStation.ServiceDefaults;

internal static class Stubs { public static void AddEventStore(this IServiceCollection s, StoreModule m, IConfiguration c) => _ = (s, m, c); }
