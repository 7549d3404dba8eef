using System.Reflection;
using System.Reflection.Emit;

namespace Portal.Tests.Core;

/// <summary>A use of <paramref name="Target"/>, or of its <paramref name="Member"/>, by <paramref name="User"/>; both are outermost types.</summary>
internal sealed record TypeUse(Type User, Type Target, string? Member)
{
    public override string ToString() => $"{User.FullName} uses {Target.FullName}{(Member is null ? "" : $".{Member}")}";
}

/// <summary>Reads from compiled code what a type uses: in its signatures and in the bodies of its methods.</summary>
internal static class TypeReferences
{
    private const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    private static readonly Dictionary<short, OpCode> s_opCodes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    /// <summary>Every use by every type of <paramref name="assembly"/>, what the compiler made for lambdas and iterators included.</summary>
    public static IReadOnlyList<TypeUse> Of(Assembly assembly) =>
    [
        .. assembly.GetTypes()
            .SelectMany(type => UsesOf(type).SelectMany(use => Flatten(use.Type).Select(target => new TypeUse(Outermost(type), Outermost(target), use.Member))))
            .Where(use => use.User != use.Target)
            .Distinct(),
    ];

    private static IEnumerable<(Type Type, string? Member)> UsesOf(Type type)
    {
        foreach (var used in Signature(type))
        {
            yield return (used, null);
        }
        foreach (var method in type.GetMethods(Declared).Cast<MethodBase>().Concat(type.GetConstructors(Declared)))
        {
            foreach (var use in InBody(method))
            {
                yield return use;
            }
        }
    }

    private static IEnumerable<Type> Signature(Type type) =>
    [
        .. type.BaseType is { } parent ? [parent] : Type.EmptyTypes,
        .. type.GetInterfaces(),
        .. type.GetFields(Declared).Select(field => field.FieldType),
        .. type.GetMethods(Declared).SelectMany(method => method.GetParameters().Select(p => p.ParameterType).Append(method.ReturnType)),
        .. type.GetConstructors(Declared).SelectMany(constructor => constructor.GetParameters().Select(p => p.ParameterType)),
    ];

    private static IEnumerable<(Type Type, string? Member)> InBody(MethodBase method)
    {
        if (method.GetMethodBody() is not { } body || body.GetILAsByteArray() is not { } code)
        {
            yield break;
        }
        foreach (var local in body.LocalVariables)
        {
            yield return (local.LocalType, null);
        }
        foreach (var token in Tokens(code))
        {
            var member = Resolve(method, token);
            if (member is Type type)
            {
                yield return (type, null);
            }
            else if (member?.DeclaringType is { } owner)
            {
                yield return (owner, member.Name);
            }
        }
    }

    private static MemberInfo? Resolve(MethodBase method, int token)
    {
        var typeArguments = method.DeclaringType is { IsGenericType: true } owner ? owner.GetGenericArguments() : null;
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        return method.Module.ResolveMember(token, typeArguments, methodArguments);
    }

    // The metadata tokens of types, methods and fields among the instructions.
    private static IEnumerable<int> Tokens(byte[] code)
    {
        for (var at = 0; at < code.Length;)
        {
            var value = code[at] == 0xFE ? (short)((0xFE << 8) | code[at + 1]) : code[at];
            var instruction = s_opCodes[value];
            at += instruction.Size;
            switch (instruction.OperandType)
            {
                case OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok:
                    yield return BitConverter.ToInt32(code, at);
                    at += 4;
                    break;
                case OperandType.InlineSwitch:
                    at += 4 + (4 * BitConverter.ToInt32(code, at));
                    break;
                default:
                    at += OperandSize(instruction.OperandType);
                    break;
            }
        }
    }

    private static int OperandSize(OperandType operand) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => 4,
    };

    private static IEnumerable<Type> Flatten(Type type)
    {
        if (type.HasElementType)
        {
            return Flatten(type.GetElementType()!);
        }
        if (type.IsGenericParameter)
        {
            return [];
        }
        return type.IsGenericType ? type.GetGenericArguments().SelectMany(Flatten).Append(type.GetGenericTypeDefinition()) : [type];
    }

    private static Type Outermost(Type type)
    {
        while (type.DeclaringType is { } outer)
        {
            type = outer;
        }
        return type;
    }
}
