package io.baton.executor.task;

import com.google.protobuf.ByteString;
import io.baton.v1.CapabilityInfo;
import io.baton.v1.ContainerInfo;
import io.baton.v1.Image;
import io.baton.v1.LinuxInfo;
import io.baton.v1.MountPropagation;
import io.baton.v1.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What a task wants of the container it runs in, worked out from its description alone. Pure.
 *
 * @param image by name and tag, or a path below the agent's directory of images
 * @param hostname empty for the host's own
 * @param ownNetwork whether it has a network of its own, with nothing but a loopback in it
 * @param readOnly whether it may write to volumes and its sandbox only
 * @param capabilities that its processes may use, by the kernel's names (CAP_CHOWN); in fixed order
 * @param unconfined whether all system calls are open to it
 * @param shmMb size of its shared memory
 */
public record ContainerPlan(
        String image,
        List<Mount> mounts,
        String hostname,
        boolean ownNetwork,
        boolean readOnly,
        List<String> capabilities,
        boolean unconfined,
        int shmMb) {
    private static final int DEFAULT_SHM_MB = 64;

    /** Something that is to be seen in the container's file system. */
    public sealed interface Mount {
        /** Where: absolute, or below the sandbox. */
        String at();

        /** A place of the host, absolute. */
        record Host(String path, String at, boolean readOnly) implements Mount {}

        /** A place in the task's sandbox, made if it is not there. */
        record Sandbox(String path, String at, boolean readOnly) implements Mount {}

        /** A file that holds a secret. */
        record Secret(ByteString content, String at) implements Mount {
            /** Without the secret: this may end up in a log. */
            @Override
            public String toString() {
                return "Secret[at=" + at + "]";
            }
        }
    }

    /**
     * Either a plan, or nothing if no container is wanted, or why it cannot be.
     *
     * @param secrets of a task without a container, each at a place below its sandbox
     */
    record Result(Optional<ContainerPlan> plan, List<Mount.Secret> secrets, Optional<String> problem) {
        private static Result problem(String text) {
            return new Result(Optional.empty(), List.of(), Optional.of("container." + text));
        }
    }

    /** Works out what is wanted. What this agent cannot do is refused, never left out. */
    static Result of(ContainerInfo info) {
        var image = image(info);
        if (image.isEmpty()) {
            return withoutImage(info);
        }
        var problem = problemOfImage(info)
                .or(() -> problemOfDocker(info.getDocker()))
                .or(() -> problemOfLinux(info.getLinuxInfo()))
                .or(() -> problemOfNetwork(info));
        if (problem.isPresent()) {
            return Result.problem(problem.get());
        }
        var mounts = new ArrayList<Mount>();
        for (var volume : info.getVolumesList()) {
            var mount = mount(volume);
            if (mount.isEmpty()) {
                return Result.problem("volumes: " + problemOf(volume));
            }
            mounts.add(mount.get());
        }
        var linux = info.getLinuxInfo();
        return new Result(
                Optional.of(new ContainerPlan(
                        image,
                        List.copyOf(mounts),
                        info.getHostname(),
                        info.getDocker().getNetwork() == ContainerInfo.DockerInfo.Network.NONE,
                        isReadOnly(info.getDocker()),
                        capabilities(linux),
                        linux.getSeccomp().getUnconfined(),
                        linux.hasShmSize() ? linux.getShmSize() : DEFAULT_SHM_MB)),
                List.of(),
                Optional.empty());
    }

    private static String image(ContainerInfo info) {
        return info.getType() == ContainerInfo.Type.DOCKER
                ? info.getDocker().getImage()
                : info.getMesos().getImage().getDocker().getName();
    }

    /** A task in the host's own file system may have limits (rlimit_info) and secrets in its sandbox, and no more. */
    private static Result withoutImage(ContainerInfo info) {
        if (info.getType() == ContainerInfo.Type.DOCKER) {
            return Result.problem("docker.image is empty: name an image");
        }
        var rest = info.toBuilder().clearRlimitInfo().clearVolumes();
        var secrets = new ArrayList<Mount.Secret>();
        for (var volume : info.getVolumesList()) {
            if (mount(volume).orElse(null) instanceof Mount.Secret secret
                    && !secret.at().startsWith("/")) {
                secrets.add(secret);
            } else {
                rest.addVolumes(volume);
            }
        }
        return rest.build()
                        .equals(ContainerInfo.newBuilder()
                                .setType(ContainerInfo.Type.MESOS)
                                .build())
                ? new Result(Optional.empty(), secrets, Optional.empty())
                : Result.problem(
                        "mesos.image is missing: volumes (but secrets by value at a relative container_path), networks and"
                                + " linux_info need an image of type DOCKER; leave them out to run in the host's own file"
                                + " system");
    }

    private static Optional<String> problemOfImage(ContainerInfo info) {
        if (info.hasTtyInfo()) {
            return Optional.of("tty_info: a task in an image cannot have a terminal here; a session in it can");
        }
        var image = info.getMesos().getImage();
        if (info.getType() == ContainerInfo.Type.MESOS && image.getType() != Image.Type.DOCKER) {
            return Optional.of("mesos.image.type must be DOCKER, is " + image.getType());
        }
        boolean secret = image.getDocker().hasConfig() || image.getDocker().hasCredential();
        return secret
                ? Optional.of("mesos.image.docker: this agent asks no registry, so credentials are of no use")
                : Optional.empty();
    }

    private static Optional<String> problemOfDocker(ContainerInfo.DockerInfo docker) {
        if (docker.getPrivileged()) {
            return Optional.of("docker.privileged: containers are never privileged here; ask for the capabilities that"
                    + " the task needs (linux_info.effective_capabilities)");
        }
        if (docker.getNetwork() != ContainerInfo.DockerInfo.Network.HOST
                && docker.getNetwork() != ContainerInfo.DockerInfo.Network.NONE) {
            return Optional.of("docker.network must be HOST or NONE here, is " + docker.getNetwork());
        }
        if (docker.getPortMappingsCount() > 0) {
            return Optional.of("docker.port_mappings: containers share the host's ports or have none here");
        }
        return docker.getParametersList().stream()
                .filter(p -> !p.getKey().equals("read-only"))
                .findFirst()
                .map(p -> "docker.parameters: '" + p.getKey() + "' is none of those that this agent knows (read-only)");
    }

    private static boolean isReadOnly(ContainerInfo.DockerInfo docker) {
        return docker.getParametersList().stream()
                .anyMatch(p -> p.getKey().equals("read-only") && !p.getValue().equals("false"));
    }

    private static Optional<String> problemOfLinux(LinuxInfo linux) {
        if (linux.getSharePidNamespace()) {
            return Optional.of("linux_info.share_pid_namespace: each container has a pid namespace of its own here");
        }
        if (linux.getIpcMode() == LinuxInfo.IpcMode.SHARE_PARENT) {
            return Optional.of("linux_info.ipc_mode: each container has an ipc namespace of its own here");
        }
        return linux.getSeccomp().hasProfileName()
                ? Optional.of("linux_info.seccomp.profile_name: there is one profile here, the default")
                : Optional.empty();
    }

    private static Optional<String> problemOfNetwork(ContainerInfo info) {
        return info.getNetworkInfosList().stream()
                .filter(network -> network.hasName() || network.getPortMappingsCount() > 0)
                .findFirst()
                .map(network -> "network_infos: '" + network.getName()
                        + "' cannot be joined: containers are in the host's network here, or with docker.network NONE in"
                        + " none");
    }

    private static List<String> capabilities(LinuxInfo linux) {
        var out = new TreeSet<String>();
        var all = new ArrayList<CapabilityInfo.Capability>();
        all.addAll(linux.getCapabilityInfo().getCapabilitiesList());
        all.addAll(linux.getEffectiveCapabilities().getCapabilitiesList());
        all.stream().filter(c -> c != CapabilityInfo.Capability.UNKNOWN).forEach(c -> out.add("CAP_" + c.name()));
        return List.copyOf(out);
    }

    private static Optional<Mount> mount(Volume volume) {
        var at = volume.getContainerPath();
        boolean readOnly = volume.getMode() == Volume.Mode.RO;
        if (at.isEmpty() || climbs(at) || volume.hasImage()) {
            return Optional.empty();
        }
        if (!volume.hasSource()) {
            var path = volume.getHostPath();
            return path.startsWith("/")
                    ? Optional.of(new Mount.Host(path, at, readOnly))
                    : sandbox(path.isEmpty() ? at.replaceFirst("^/+", "") : path, at, readOnly);
        }
        var source = volume.getSource();
        return switch (source.getType()) {
            case HOST_PATH -> {
                var path = source.getHostPath().getPath();
                boolean shared =
                        source.getHostPath().getMountPropagation().getMode() == MountPropagation.Mode.BIDIRECTIONAL;
                yield path.startsWith("/") && !shared
                        ? Optional.of(new Mount.Host(path, at, readOnly))
                        : Optional.empty();
            }
            case SANDBOX_PATH ->
                source.getSandboxPath().getType() == Volume.Source.SandboxPath.Type.PARENT
                        ? Optional.empty()
                        : sandbox(source.getSandboxPath().getPath(), at, readOnly);
            case SECRET ->
                source.getSecret().hasValue()
                        ? Optional.of(
                                new Mount.Secret(source.getSecret().getValue().getData(), at))
                        : Optional.empty();
            case DOCKER_VOLUME, CSI_VOLUME, UNKNOWN -> Optional.empty();
        };
    }

    private static Optional<Mount> sandbox(String path, String at, boolean readOnly) {
        return path.isEmpty() || path.startsWith("/") || climbs(path)
                ? Optional.empty()
                : Optional.of(new Mount.Sandbox(path, at, readOnly));
    }

    private static boolean climbs(String path) {
        return path.indexOf('\0') >= 0 || List.of(path.split("/")).contains("..");
    }

    private static String problemOf(Volume volume) {
        return "the one at '" + volume.getContainerPath()
                + "' cannot be had: it must be a place of the host (absolute), of the task's own sandbox (relative, without"
                + " '..'), or a secret given by value";
    }
}
