using System.Text.Json;
using LiaisonStation.EventStore.Model.Tests;

await JsonSerializer.Deserialize<Worker>(args[0])!.RunAsync();
