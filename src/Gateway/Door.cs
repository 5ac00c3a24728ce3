using System.Net;
using Microsoft.AspNetCore.Http;

namespace LiaisonStation.Gateway;

/// <summary>Why the Gateway does not start, in words for whoever starts it.</summary>
internal sealed class StartRefused(string message) : Exception(message)
{
    /// <summary>EX_CONFIG of sysexits.h, so that a supervisor can tell a wrong setting from a crash.</summary>
    public const int ExitCode = 78;
}

/// <summary>An OpenID provider whose tokens are taken.</summary>
/// <param name="LoginClaim">The claim that holds the login the registry knows a person by.</param>
internal sealed record Provider(string Authority, string Audience, string LoginClaim);

/// <summary>How this door is set up: whose tokens it takes, where its key lies, whose county it is.</summary>
/// <param name="Provider">Null: there is none, and the Gateway signs demonstration people in itself.</param>
/// <param name="KeyPath">PEM file of the key that signs inner tokens; all replicas share it.</param>
/// <param name="CountyTenant">The county's six digits and 000.</param>
/// <param name="Silence">How long a forwarded call may go without a byte either way.</param>
internal sealed record Door(Provider? Provider, string KeyPath, string CountyTenant, TimeSpan Silence)
{
    public bool SignsInDemonstrationPeople => Provider is null;

    public static Door From(WebApplicationBuilder builder)
    {
        var settings = builder.Configuration;
        var county = settings["County"] ?? "330225";
        if (county.Length != 6 || !county.All(char.IsAsciiDigit))
        {
            throw new StartRefused(
                $"County 应为六位行政区划代码，现为“{county}”。/ County must be a six-digit division code, not \"{county}\".");
        }

        var keyPath = settings["Tokens:KeyPath"];
        if (string.IsNullOrWhiteSpace(keyPath))
        {
            throw new StartRefused(
                "未设置 Tokens:KeyPath（内部令牌签名密钥的 PEM 文件路径）。/ "
                + "Tokens:KeyPath is not set: the path of the PEM file with the key that signs inner tokens.");
        }

        return new Door(
            ProviderOf(settings, builder.Environment), Path.GetFullPath(keyPath), county + "000",
            settings.GetValue<TimeSpan?>("Forwarding:Silence") ?? TimeSpan.FromSeconds(100));
    }

    private static Provider? ProviderOf(ConfigurationManager settings, IHostEnvironment environment)
    {
        var authority = settings["Oidc:Authority"];
        if (!string.IsNullOrWhiteSpace(authority))
        {
            var audience = settings["Oidc:Audience"];
            return string.IsNullOrWhiteSpace(audience)
                ? throw new StartRefused(
                    "已设置 Oidc:Authority，但缺少 Oidc:Audience；不校验受众的令牌不可接受。/ "
                    + "Oidc:Authority is set but Oidc:Audience is not: a token made for somebody else would be taken.")
                : new Provider(authority, audience, settings["Oidc:LoginClaim"] ?? "preferred_username");
        }

        if (!environment.IsDevelopment())
        {
            throw new StartRefused(
                "未配置 OpenID 身份提供方（Oidc:Authority、Oidc:Audience），且当前不是 Development 环境：网关拒绝启动。/ "
                + "No OpenID provider is configured (Oidc:Authority, Oidc:Audience) and this is not Development: the Gateway does not start.");
        }

        var open = Addresses(settings).Where(address => !IsLoopback(address)).ToList();
        return open is []
            ? null
            : throw new StartRefused(
                $"未配置 OpenID 身份提供方，而监听地址不限于本机（{string.Join("、", open)}）：网关拒绝启动。/ "
                + $"No OpenID provider is configured and not every listening address is loopback ({string.Join(", ", open)}): the Gateway does not start.");
    }

    /// <summary>Every address Kestrel would listen on, read from the places it reads them from.</summary>
    private static IEnumerable<string> Addresses(ConfigurationManager settings)
    {
        foreach (var endpoint in settings.GetSection("Kestrel:Endpoints").GetChildren())
        {
            yield return endpoint["Url"] ?? "*";
        }

        var urls = (settings["urls"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var url in urls)
        {
            yield return url;
        }

        if (urls is [])
        {
            // Ports alone listen on every address; urls override them.
            foreach (var name in (string[])["http_ports", "https_ports"])
            {
                foreach (var port in (settings[name] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries))
                {
                    yield return $"*:{port}";
                }
            }
        }
    }

    private static bool IsLoopback(string address)
    {
        try
        {
            return IsLoopbackHost(BindingAddress.Parse(address).Host);
        }
        catch (FormatException)
        {
            return false;
        }
    }

    public static bool IsLoopbackHost(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}
