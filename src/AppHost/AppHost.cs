using System.Globalization;

var builder = DistributedApplication.CreateBuilder(args);

var port = int.Parse(builder.Configuration["port"] ?? "8080", CultureInfo.InvariantCulture);
var demo = builder.Configuration["demo"] ?? "false";
var data = builder.Configuration["data"] ?? Path.Combine(builder.AppHostDirectory, "..", "..", ".data");
var checkpoints = Path.Combine(data, "checkpoints");

var postgres = builder.AddPostgres("postgres");
var intakeDb = postgres.AddDatabase("intake-db", "intake");
var deliberationDb = postgres.AddDatabase("deliberation-db", "deliberation");
var supervisionDb = postgres.AddDatabase("supervision-db", "supervision");
var evaluationDb = postgres.AddDatabase("evaluation-db", "evaluation");
var vaultDb = postgres.AddDatabase("vault-db", "vault");
var vaultKeys = Path.Combine(data, "keys", "vault.keys");
var files = Path.Combine(data, "files");

var messaging = builder.AddRabbitMQ("messaging");

var gateway = builder.AddProject<Projects.Gateway>("gateway")
    .WithHttpEndpoint(port: port)
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health")
    .WithEnvironment("Tokens__KeyPath", Path.Combine(data, "keys", "gateway.pem"));

var intake = builder.AddProject<Projects.Intake>("intake")
    .WithHttpEndpoint()
    .WithReference(intakeDb, "intake").WaitFor(intakeDb)
    .WithReference(vaultDb, "vault").WaitFor(vaultDb)
    .WithEnvironment("Vault__KeyFile", vaultKeys)
    .WithEnvironment("Files__Folder", files)
    .WithEnvironment("Checkpoints__Folder", checkpoints)
    .WithEnvironment("Checkpoints__KeyPath", Path.Combine(data, "keys", "intake-checkpoints.pem"))
    .WithReference(messaging).WaitFor(messaging)
    .WithReference(gateway)
    .WithHttpHealthCheck("/health")
    .WithEnvironment("Demo", demo);

var deliberation = builder.AddProject<Projects.Deliberation>("deliberation")
    .WithHttpEndpoint()
    .WithReference(deliberationDb, "deliberation").WaitFor(deliberationDb)
    .WithReference(vaultDb, "vault").WaitFor(vaultDb)
    .WithEnvironment("Vault__KeyFile", vaultKeys)
    .WithEnvironment("Files__Folder", files)
    .WithEnvironment("Checkpoints__Folder", checkpoints)
    .WithEnvironment("Checkpoints__KeyPath", Path.Combine(data, "keys", "deliberation-checkpoints.pem"))
    .WithReference(messaging).WaitFor(messaging)
    .WithReference(gateway)
    .WithHttpHealthCheck("/health");

var supervision = builder.AddProject<Projects.Supervision>("supervision")
    .WithHttpEndpoint()
    .WithReference(supervisionDb, "supervision").WaitFor(supervisionDb)
    .WithReference(vaultDb, "vault").WaitFor(vaultDb)
    .WithEnvironment("Vault__KeyFile", vaultKeys)
    .WithEnvironment("Files__Folder", files)
    .WithEnvironment("Checkpoints__Folder", checkpoints)
    .WithEnvironment("Checkpoints__KeyPath", Path.Combine(data, "keys", "supervision-checkpoints.pem"))
    .WithReference(messaging).WaitFor(messaging)
    .WithReference(gateway)
    .WithHttpHealthCheck("/health");

var evaluation = builder.AddProject<Projects.Evaluation>("evaluation")
    .WithHttpEndpoint()
    .WithReference(evaluationDb, "evaluation").WaitFor(evaluationDb)
    .WithReference(vaultDb, "vault").WaitFor(vaultDb)
    .WithEnvironment("Vault__KeyFile", vaultKeys)
    .WithEnvironment("Files__Folder", files)
    .WithEnvironment("Checkpoints__Folder", checkpoints)
    .WithEnvironment("Checkpoints__KeyPath", Path.Combine(data, "keys", "evaluation-checkpoints.pem"))
    .WithReference(messaging).WaitFor(messaging)
    .WithReference(gateway)
    .WithHttpHealthCheck("/health");

gateway.WithReference(intake).WithReference(deliberation).WithReference(supervision).WithReference(evaluation);

builder.Build().Run();
