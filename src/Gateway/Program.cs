using LiaisonStation.Gateway;

try
{
    Gateway.Build(args).Run();
    return 0;
}
catch (StartRefused refused)
{
    Console.Error.WriteLine(refused.Message);
    return StartRefused.ExitCode;
}
