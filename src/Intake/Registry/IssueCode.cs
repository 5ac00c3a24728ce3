using LiaisonStation.Contracts;
using LiaisonStation.EventStore;
using LiaisonStation.Intake.Appeals;
using LiaisonStation.Rules;
using LiaisonStation.ServiceDefaults;
using QRCoder;

namespace LiaisonStation.Intake.Registry;

/// <param name="DocumentNumber">Another document issues another code, and what was printed before is dead.</param>
public sealed record IssueCode([property: Text(Assignment.DocumentNumberLength)] string DocumentNumber);

public static class IssuingCode
{
    private const int PixelsPerModule = 8;

    /// <param name="subjectFits">Whether it is an active deputy, or an active station.</param>
    public static Decision<ICodeEvent> Decide(
        Code? code, Guid subject, CodePurpose purpose, string token, IssueCode c, bool subjectFits) =>
        !subjectFits ? Refuse.Rule("no-code-for-this")
        : code?.DocumentNumber == c.DocumentNumber ? []
        : [new CodeIssued(subject, purpose, token, c.DocumentNumber)];

    public static void Map(RouteGroupBuilder people, RouteGroupBuilder units, RouteGroupBuilder codes)
    {
        Map(people, "code", CodePurpose.Deputy, "a deputy's code, which addresses them");
        Map(people, "duty-code", CodePurpose.Duty, "a deputy's DutyCode, which shows that they were there");
        Map(units, "code", CodePurpose.Station, "a station's code");
        codes.MapGet("/{token}", Resolve).AllowAnonymous().WithSummary("Which deputy or station a code addresses");
    }

    private static void Map(RouteGroupBuilder subjects, string path, CodePurpose purpose, string what)
    {
        subjects.MapPost($"/{{id:guid}}/{path}", (Guid id, IssueCode c, HttpContext http, StreamStore store) => Post(id, purpose, c, http, store))
            .RequireRole(Authority.For(Act.KeepOffice))
            .WithSummary($"Issue {what}; with another document anew");
        var drawn = subjects.MapGet($"/{{id:guid}}/{path}.svg", (Guid id, HttpContext http, StreamStore store, IConfiguration settings) =>
            Draw(id, purpose, http, store, settings));
        _ = purpose == CodePurpose.Duty
            ? drawn.RequireRole(Role.Deputy, Role.CongressOffice).WithSummary($"Draw {what}, for the deputy or the office alone")
            : drawn.RequireAnyRole().WithSummary($"Draw {what} to print");
    }

    private static async Task<IResult> Post(Guid id, CodePurpose purpose, IssueCode c, HttpContext http, StreamStore store)
    {
        var township = http.Caller().Tenant;
        var fits = purpose == CodePurpose.Station
            ? (await store.Load(Unit.Stream, id, township, http.RequestAborted))?.State is { Active: true, Kind: UnitKind.Station }
            : await People.IsDeputy(store, township, id, http.RequestAborted);
        var token = Code.NewToken(township);
        return await http.Found(
            Code.Stream, Code.IdOf(id, purpose), (code, _, _) => Decide(code, id, purpose, token, c, fits),
            code => new IssuedCode(code.Subject, code.Purpose, code.Token));
    }

    private static async Task<IResult> Draw(Guid id, CodePurpose purpose, HttpContext http, StreamStore store, IConfiguration settings)
    {
        var caller = http.Caller();
        if (purpose == CodePurpose.Duty && caller.Role != Role.CongressOffice && caller.Person != id)
        {
            return http.Problem(Refuse.Forbidden("code-of-another"));
        }

        if (await store.Load(Code.Stream, Code.IdOf(id, purpose), caller.Tenant, http.RequestAborted) is not { State: var code })
        {
            return http.Problem(Refuse.Unknown("not-found"));
        }

        // A duty code is read by the station and leads nowhere; the others lead a phone to where one submits.
        var text = purpose == CodePurpose.Duty
            ? code.Token
            : $"{(settings["PublicAddress"] ?? $"{http.Request.Scheme}://{http.Request.Host}").TrimEnd('/')}/submit?code={code.Token}";
        using var modules = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        return TypedResults.Text(new SvgQRCode(modules).GetGraphic(PixelsPerModule), "image/svg+xml");
    }

    private static async Task<IResult> Resolve(string token, HttpContext http, StreamStore store) =>
        token is { Length: 42 } && token[9] == '-' && token[..9].All(char.IsAsciiDigit)
        && await Codes.Find(store, token[..9], token, http.RequestAborted) is { Purpose: not CodePurpose.Duty } code
            ? TypedResults.Ok(new AddressedByCode(token[..9], code.Purpose, code.Subject, code.Name, AppealProgress.Notice))
            : http.Problem(Refuse.Unknown("code-unknown"));
}

public sealed record IssuedCode(Guid Subject, CodePurpose Purpose, string Token);

/// <param name="Subject">Registry id, to address what is submitted to.</param>
/// <param name="Name">The deputy's or the station's, as it is public anyway (亮身份).</param>
/// <param name="Notice">What a deputy does with an appeal, and does not.</param>
public sealed record AddressedByCode(string Township, CodePurpose Purpose, Guid Subject, string Name, Words Notice);
