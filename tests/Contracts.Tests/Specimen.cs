using System.Reflection;
using LiaisonStation.EventStore;

namespace LiaisonStation.Contracts.Tests;

/// <summary>A value of any record, with nothing left out, that is the same in every run: it follows from types and names alone.</summary>
internal static class Specimen
{
    private static readonly Guid Names = new("00000000-0000-7000-8000-000000000001");

    public static object Of(Type type) => Of(type, type.Name);

    private static object Of(Type type, string name) => Nullable.GetUnderlyingType(type) switch
    {
        { } value => Of(value, name),
        _ when type == typeof(string) => $"{name} 路灯",
        _ when type == typeof(Guid) => Uuid.Derive(Names, name),
        _ when type == typeof(bool) => true,
        _ when type == typeof(int) => 1,
        _ when type == typeof(long) => 1L,
        _ when type == typeof(DateOnly) => new DateOnly(2026, 3, 10),
        _ when type == typeof(TimeOnly) => new TimeOnly(9, 0),
        _ when type == typeof(DateTimeOffset) => new DateTimeOffset(2026, 3, 10, 17, 30, 0, TimeSpan.FromHours(8)),
        _ when type.IsEnum => Enum.GetValues(type).Cast<object>().Last(),
        _ when type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) => ListOf(type.GetGenericArguments()[0], name),
        _ when type.Assembly.GetName().Name!.StartsWith("LiaisonStation", StringComparison.Ordinal) => Record(type),
        _ => throw new NotSupportedException($"{name} is of {type}: say here what a specimen of it is."),
    };

    private static Array ListOf(Type element, string name)
    {
        var list = Array.CreateInstance(element, 1);
        list.SetValue(Of(element, name), 0);
        return list;
    }

    private static object Record(Type type)
    {
        var constructor = type.GetConstructors().MaxBy(c => c.GetParameters().Length)!;
        var made = constructor.Invoke([.. constructor.GetParameters().Select(p => Of(p.ParameterType, p.Name!))]);
        var parameters = constructor.GetParameters().Select(p => p.Name).ToHashSet();
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.CanWrite && !parameters.Contains(property.Name))
            {
                property.SetValue(made, Of(property.PropertyType, property.Name));
            }
        }

        return made;
    }
}
