using System.Net;
using Fairlead.Model.World;

namespace Fairlead.Model.Walk;

/// <summary>What one walk shares between its branches: the world, its stacks, and the bounds.</summary>
internal sealed class WalkContext(HostWorld world)
{
    /// <summary>Most branches that are followed; what lies beyond ends unknown.</summary>
    public const int MaxBranches = 64;

    /// <summary>Most stacks, bridges and hooks that one branch passes.</summary>
    public const int MaxHops = 32;

    private readonly Dictionary<string, Stack> stacks = [];
    private int branches = 1;

    public HostWorld World { get; } = world;

    public Stack Host => StackOf(World.Host);

    public Stack StackOf(Sandbox sandbox)
    {
        if (!stacks.TryGetValue(sandbox.Id, out var stack))
        {
            stacks[sandbox.Id] = stack = Stack.Of(World, sandbox);
        }

        return stack;
    }

    public Stack StackOf(Container container) => StackOf(World.SandboxOf(World.Owner(container)));

    /// <summary>The stacks that were looked at, each once.</summary>
    public IEnumerable<Stack> Read => World.Sandboxes.Values.DistinctBy(s => s.Id).Where(s => s.Facts.Links.IsKnown).Select(StackOf);

    /// <summary>Takes the right to follow so many more branches; false when the bound is reached.</summary>
    public bool Fork(int more)
    {
        branches += more;
        return branches <= MaxBranches;
    }

    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
