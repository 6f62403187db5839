using System.Collections.Immutable;
using Fairlead.Model.Answer;
using Fairlead.Model.World;

namespace Fairlead.Model.Repairs.Keeping;

/// <summary>Who makes a container, and from which file, by the labels that its manager leaves on it.</summary>
public static class Owners
{
    private const string Files = "com.docker.compose.project.config_files", Folder = "com.docker.compose.project.working_dir";

    public static KeptIn Of(Container c)
    {
        var file = c.Labels.GetValueOrDefault(Files)?.Split(',')[0] is { Length: > 0 } named ? named
            : c.Labels.GetValueOrDefault(Folder) is { Length: > 0 } folder ? folder.TrimEnd('/') + "/compose.yaml" : null;
        return new KeptIn(c.Service is { Length: > 0 } service ? service : c.Name, Manager(c, file), file);
    }

    /// <summary>A manager that makes its containers again by itself, from a definition that is not a file here.</summary>
    public static bool IsOrchestrated(Container c) => Of(c).Owner is OwnerNames.Swarm or OwnerNames.Kubernetes;

    private static string Manager(Container c, string? file)
    {
        bool under(params ReadOnlySpan<string> parts)
        {
            foreach (var part in parts)
            {
                if (file?.Contains(part, StringComparison.Ordinal) ?? false)
                {
                    return true;
                }
            }

            return false;
        }

        return c.Labels.ContainsKey("com.docker.swarm.service.id") || c.Labels.ContainsKey("com.docker.swarm.service.name") ? OwnerNames.Swarm
            : c.Labels.ContainsKey("io.kubernetes.pod.name") ? OwnerNames.Kubernetes
            : c.Labels.GetValueOrDefault("createdBy") is "Apps" or "1Panel" || under("/1panel/") ? OwnerNames.OnePanel
            : under("/www/server/panel/", "/www/dk_project/", "/www/dk_app/") ? OwnerNames.BtPanel
            // Portainer keeps its stacks in its own volume, by number.
            : c.Labels.Keys.Any(k => k.StartsWith("io.portainer.", StringComparison.Ordinal)) || (file?.StartsWith("/data/compose/", StringComparison.Ordinal) ?? false) || under("/portainer_data/") ? OwnerNames.Portainer
            : c.Project is { Length: > 0 } ? OwnerNames.Compose
            : OwnerNames.Nobody;
    }
}
