package io.baton.resourcemanager.validation;

import io.baton.v1.ContainerInfo;
import io.baton.v1.Volume;
import java.util.Optional;

/** What is wrong with the form of a container, in Mesos's words; what of it can be had is for the agent to say. */
final class ContainerRules {
    private ContainerRules() {}

    static Optional<String> problemOf(ContainerInfo container) {
        for (var volume : container.getVolumesList()) {
            var problem = problemOf(volume);
            if (problem.isPresent()) {
                return problem.map(p -> "Invalid volume: " + p);
            }
        }
        if (container.getType() != ContainerInfo.Type.DOCKER) {
            return Optional.empty();
        }
        if (!container.hasDocker()) {
            return Optional.of("DockerInfo 'docker' is not set for DOCKER typed ContainerInfo");
        }
        boolean named = container.getDocker().getParametersList().stream()
                .anyMatch(parameter -> parameter.getKey().equals("name"));
        return named ? Optional.of("Parameter in DockerInfo must not be 'name'") : Optional.empty();
    }

    /** Whether a task is in the control group of its executor: so it is unless it says otherwise. */
    static boolean sharesControlGroup(ContainerInfo container) {
        return container.getLinuxInfo().getShareCgroups();
    }

    private static Optional<String> problemOf(Volume volume) {
        int from = (volume.hasHostPath() ? 1 : 0) + (volume.hasImage() ? 1 : 0) + (volume.hasSource() ? 1 : 0);
        if (from != 1) {
            return Optional.of("Only one of them should be set: 'host_path', 'image' and 'source'");
        }
        return volume.hasSource() ? problemOf(volume.getSource()) : Optional.empty();
    }

    private static Optional<String> problemOf(Volume.Source source) {
        return switch (source.getType()) {
            case DOCKER_VOLUME -> needs(source.hasDockerVolume(), "docker_volume", "DOCKER_VOLUME");
            case HOST_PATH -> needs(source.hasHostPath(), "host_path", "HOST_PATH");
            case SANDBOX_PATH -> needs(source.hasSandboxPath(), "sandbox_path", "SANDBOX_PATH");
            case SECRET -> needs(source.hasSecret(), "secret", "SECRET");
            case CSI_VOLUME ->
                needs(source.hasCsiVolume(), "csi_volume", "CSI")
                        .or(() -> needs(
                                source.getCsiVolume().hasStaticProvisioning(),
                                "csi_volume.static_provisioning",
                                "CSI"));
            case UNKNOWN -> Optional.of("'source.type' is unknown");
        };
    }

    private static Optional<String> needs(boolean there, String field, String kind) {
        return there ? Optional.empty() : Optional.of("'source." + field + "' is not set for " + kind + " volume");
    }
}
