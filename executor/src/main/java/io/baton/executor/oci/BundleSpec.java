package io.baton.executor.oci;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.baton.executor.process.Account;
import io.baton.executor.task.RlimitPlan;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A container for an OCI runtime (runtime-spec 1.0). Pure.
 *
 * @param arguments the program first
 * @param over what its file system consists of; empty for the bundle's own {@code rootfs}
 * @param account whom it runs as; empty for root
 * @param binds places of the host that are seen in it, in the order they are mounted
 * @param hostname empty for the host's own
 * @param cgroup its control group, in every hierarchy
 */
record BundleSpec(
        List<String> arguments,
        SortedMap<String, String> environment,
        String workingDirectory,
        Optional<Account> account,
        Optional<Overlay> over,
        List<Bind> binds,
        Confinement confinement,
        String hostname,
        String cgroup) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Changes that lie over an image.
     *
     * @param scratch for the kernel, on the file system of the changes
     */
    record Overlay(Path image, Path changes, Path scratch) {
        private List<String> options() {
            return List.of("lowerdir=" + image, "upperdir=" + changes, "workdir=" + scratch);
        }
    }

    /** A place of the host that is seen in a container. */
    record Bind(Path source, String target, boolean readOnly) {}

    /**
     * What it may not do.
     *
     * @param capabilities that it has
     * @param unconfined whether all system calls are open to it
     * @param ownGroups whether it sees the control groups as from its own, and none but those within
     * @param ownNetwork whether it has a network with nothing but a loopback in it
     * @param readOnly whether it may not write to its own file system
     * @param shmMb size of its shared memory
     */
    record Confinement(
            List<String> capabilities,
            boolean unconfined,
            boolean ownGroups,
            boolean ownNetwork,
            boolean readOnly,
            int shmMb,
            List<RlimitPlan> rlimits) {}

    private static final List<String> MASKED = List.of(
            "/proc/acpi",
            "/proc/asound",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/sys/firmware");

    private static final List<String> READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    /** The text of its {@code config.json}. */
    String json() {
        var root = JSON.createObjectNode();
        root.put("ociVersion", "1.0.2");
        process(root.putObject("process"));
        root.putObject("root").put("path", "rootfs").put("readonly", confinement.readOnly());
        if (!hostname.isEmpty()) {
            root.put("hostname", hostname);
        }
        mounts(root.putArray("mounts"));
        linux(root.putObject("linux"));
        try {
            return JSON.writeValueAsString(root);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void process(ObjectNode process) {
        process.put("terminal", false);
        user(process, account);
        arguments.forEach(process.putArray("args")::add);
        var env = process.putArray("env");
        environment.forEach((name, value) -> env.add(name + "=" + value));
        process.put("cwd", workingDirectory);
        var capabilities = process.putObject("capabilities");
        for (var set : List.of("bounding", "effective", "inheritable", "permitted", "ambient")) {
            confinement.capabilities().forEach(capabilities.putArray(set)::add);
        }
        var limits = process.putArray("rlimits");
        for (var limit : confinement.rlimits()) {
            limits.addObject()
                    .put("type", "RLIMIT_" + limit.name().toUpperCase(Locale.ROOT))
                    .put(
                            "soft",
                            limit.soft()
                                    .map(Long::toUnsignedString)
                                    .map(BigInteger::new)
                                    .orElse(UNLIMITED))
                    .put(
                            "hard",
                            limit.hard()
                                    .map(Long::toUnsignedString)
                                    .map(BigInteger::new)
                                    .orElse(UNLIMITED));
        }
        process.put("noNewPrivileges", true);
    }

    /** Says as whom a process runs: with all of the user's groups, as without an image. */
    static void user(ObjectNode process, Optional<Account> account) {
        var user = process.putObject("user")
                .put("uid", account.map(Account::user).orElse(0L))
                .put("gid", account.map(Account::group).orElse(0L));
        var others = account.map(Account::otherGroups).orElse(List.of());
        if (!others.isEmpty()) {
            others.forEach(user.putArray("additionalGids")::add);
        }
    }

    private static final BigInteger UNLIMITED = new BigInteger("18446744073709551615");

    private void mounts(ArrayNode mounts) {
        over.ifPresent(overlay -> mount(mounts, "/", "overlay", "overlay", overlay.options()));
        mount(mounts, "/proc", "proc", "proc", List.of("nosuid", "noexec", "nodev"));
        mount(mounts, "/dev", "tmpfs", "tmpfs", List.of("nosuid", "strictatime", "mode=755", "size=65536k"));
        mount(
                mounts,
                "/dev/pts",
                "devpts",
                "devpts",
                List.of("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"));
        mount(
                mounts,
                "/dev/shm",
                "tmpfs",
                "shm",
                List.of("nosuid", "noexec", "nodev", "mode=1777", "size=" + confinement.shmMb() + "m"));
        mount(mounts, "/dev/mqueue", "mqueue", "mqueue", List.of("nosuid", "noexec", "nodev"));
        if (confinement.ownNetwork()) {
            mount(mounts, "/sys", "sysfs", "sysfs", List.of("nosuid", "noexec", "nodev", "ro"));
        } else {
            // Only who owns the network namespace may mount a sysfs. What is mounted in it stays out: it would be
            // writable.
            mount(mounts, "/sys", "none", "/sys", List.of("bind", "nosuid", "noexec", "nodev", "ro"));
        }
        // Programs look there for what they have. Where there is no namespace for it, the runtime binds a container's
        // own groups of version 1; kernels and runtimes that know version 2 know the namespace.
        mount(mounts, "/sys/fs/cgroup", "cgroup", "cgroup", List.of("nosuid", "noexec", "nodev", "ro"));
        for (var bind : binds) {
            mount(
                    mounts,
                    bind.target(),
                    "bind",
                    bind.source().toString(),
                    List.of("rbind", "rprivate", "nosuid", bind.readOnly() ? "ro" : "rw"));
        }
    }

    private static void mount(ArrayNode mounts, String at, String type, String source, List<String> options) {
        var mount = mounts.addObject().put("destination", at).put("type", type).put("source", source);
        options.forEach(mount.putArray("options")::add);
    }

    private void linux(ObjectNode linux) {
        linux.put("cgroupsPath", cgroup);
        var namespaces = linux.putArray("namespaces");
        for (var kind : List.of("pid", "mount", "ipc", "uts")) {
            namespaces.addObject().put("type", kind);
        }
        if (confinement.ownGroups()) {
            namespaces.addObject().put("type", "cgroup");
        }
        if (confinement.ownNetwork()) {
            namespaces.addObject().put("type", "network");
        }
        // Ranges of devices are added by the runtime: null, zero, full, random, urandom, tty.
        linux.putObject("resources")
                .putArray("devices")
                .addObject()
                .put("allow", false)
                .put("access", "rwm");
        MASKED.forEach(linux.putArray("maskedPaths")::add);
        READ_ONLY.forEach(linux.putArray("readonlyPaths")::add);
        if (!confinement.unconfined()) {
            linux.set("seccomp", Seccomp.profile(JSON, System.getProperty("os.arch", "")));
        }
    }
}
