#pragma warning disable
using LiaisonStation.EventStore;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Configuration;
namespace LiaisonStation.ServiceDefaults;

internal static class Stubs { public static void AddBus(this WebApplicationBuilder b, ServiceModule m) => _ = (b, m); public static void AddEventStore(this IServiceCollection s, StoreModule m, IConfiguration c) => _ = (s, m, c); }

public static class MessageStub { public static Cause Cause(this ConsumeContext message) => throw new InvalidOperationException(); }
