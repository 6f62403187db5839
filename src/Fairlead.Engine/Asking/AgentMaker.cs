using Fairlead.Agent;
using Fairlead.Agent.Protocol;
using Fairlead.Engine.Vantages;
using Fairlead.Facts;

namespace Fairlead.Engine.Asking;

/// <summary>Which agents stand behind the vantages.</summary>
public sealed class AgentMaker : IAgentMaker
{
    public IAgent Local() => new LocalAgent();

    public IAgent Proc() => new ProcAgent();

    public IAgent OverStream(Stream stream) => new AgentClient(stream, stream);
}
