using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using LiaisonStation.Contracts;

namespace LiaisonStation.ServiceDefaults;

/// <summary>
/// A property of an event or a state that only some roles are shown: in every answer, the history too, it is missing for everybody else.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ConfidentialAttribute(params Role[] readers) : Attribute
{
    public IReadOnlyList<Role> Readers => readers;

    /// <summary>A property of the same record whose value is the name of one more role that is shown it.</summary>
    public string? AlsoRoleIn { get; init; }

    internal bool IsShown(object record, IReadOnlyList<Role> roles) =>
        roles.Any(readers.Contains)
        || (AlsoRoleIn is { } property
            && Enum.TryParse<Role>(record.GetType().GetProperty(property)!.GetValue(record)?.ToString(), out var also)
            && roles.Contains(also));
}

/// <summary>How answers are written for who holds some roles.</summary>
internal static class Shown
{
    private static readonly ConcurrentDictionary<(JsonSerializerOptions, string), JsonSerializerOptions> Written = new();

    public static JsonSerializerOptions To(this JsonSerializerOptions json, IReadOnlyList<Role> roles) => Written.GetOrAdd(
        (json, string.Join(',', roles.Order())),
        _ => new JsonSerializerOptions(json)
        {
            TypeInfoResolver = (json.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver()).WithAddedModifier(type => Hide(type, roles)),
        });

    private static void Hide(JsonTypeInfo type, IReadOnlyList<Role> roles)
    {
        foreach (var property in type.Properties)
        {
            if (property.AttributeProvider is MemberInfo member && member.GetCustomAttribute<ConfidentialAttribute>() is { } confidential)
            {
                property.ShouldSerialize = (record, _) => confidential.IsShown(record, roles);
            }
        }
    }
}
