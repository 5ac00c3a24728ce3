using System.CommandLine;
using System.Globalization;
using LiaisonStation.Auditor;

// The verdict is for people and for scripts: 0 intact, 1 broken, 2 could not be verified.
var service = new Argument<string>("service") { Description = Words.Both("Service") };
var county = new Option<string>("--county") { Description = Words.Both("County"), DefaultValueFactory = _ => "330225" };
var key = new Option<FileInfo>("--key") { Description = Words.Both("Key") };
var checkpoints = new Option<DirectoryInfo>("--checkpoints") { Description = Words.Both("Checkpoints") };
var held = new Option<FileInfo[]>("--held") { Description = Words.Both("Held"), AllowMultipleArgumentsPerToken = true };
var acceptKey = new Option<FileInfo>("--accept-key") { Description = Words.Both("AcceptKey") };
var json = new Option<bool>("--json") { Description = Words.Both("Json") };
var signWith = new Option<FileInfo>("--sign-with") { Description = Words.Both("SignWith") };
var events = new Option<long[]>("--event") { Description = Words.Both("Event"), AllowMultipleArgumentsPerToken = true };
var file = new Argument<FileInfo>("file") { Description = Words.Both("KeyFile") };

Case Of(ParseResult said) => new(
    said.GetRequiredValue(service), said.GetRequiredValue(county), said.GetValue(key), said.GetValue(checkpoints),
    said.GetValue(held) ?? [], said.GetValue(acceptKey), said.GetValue(json));

var verify = new Command("verify", Words.Both("Verify")) { service, county, key, checkpoints, held, acceptKey, json };
verify.SetAction((said, stop) => Acts.RunAsync(() => Acts.VerifyAsync(Of(said), stop)));

var accept = new Command("accept", Words.Both("Accept")) { service, county, key, checkpoints, held, acceptKey, json, signWith, events };
accept.SetAction((said, stop) => Acts.RunAsync(
    () => Acts.AcceptAsync(Of(said), said.GetValue(signWith), said.GetValue(events) ?? [], stop)));

var makeKey = new Command("key", Words.Both("MakeKey")) { file, county };
makeKey.SetAction((said, _) => Acts.RunAsync(() => Acts.KeyAsync(said.GetRequiredValue(file), said.GetRequiredValue(county))));

var all = new RootCommand(Words.Both("Auditor")) { verify, accept, makeKey };
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var parsed = all.Parse(args);
var code = await parsed.InvokeAsync();
return parsed.Errors.Count > 0 ? Acts.NotVerified : code;
