package io.baton.executor.oci;

import io.baton.executor.process.HostPrograms;
import io.baton.executor.sandbox.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A runtime that works on this host.
 *
 * @param keeps whether it can be told to leave a container's control group behind, for the agent to look into
 * @param ownGroups whether it and the kernel can show a container the control groups as from its own
 * @param said its own words on its version
 */
record OciRuntime(Path program, boolean keeps, boolean ownGroups, String said) {
    private static final long PROBE_SECONDS = 20;
    private static final Logger LOG = LoggerFactory.getLogger(OciRuntime.class);

    /**
     * Which runtime can be used, and why others cannot.
     *
     * @param obstacles for the operator, and for who wants a container; empty if there is a runtime
     */
    record Probe(Optional<OciRuntime> runtime, String obstacles) {
        /** The search itself came to nothing. */
        static Probe failed(Throwable failure) {
            var cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            var why = cause.getMessage() == null ? cause.getClass().getName() : cause.getMessage();
            return new Probe(Optional.empty(), "the search for a runtime failed: " + why);
        }
    }

    /**
     * Runs a container with each in turn until one works: a version alone tells nothing. Debian's crun 1.8.1, say, refuses
     * hosts that have both versions of control groups.
     *
     * @param scratch is made if missing, and removed afterwards
     */
    static Probe probe(OciSettings settings, Path scratch) {
        try {
            if (settings.runtime().equals(OciSettings.NONE)) {
                return new Probe(Optional.empty(), "containers are switched off (baton.agent.oci.runtime = none)");
            }
            if (!System.getProperty("user.name", "").equals("root")) {
                return new Probe(Optional.empty(), "only root can run containers, and the agent is not root");
            }
            return firstThatWorks(
                    settings.runtime().equals(OciSettings.AUTO) ? List.of("runc", "crun") : List.of(settings.runtime()),
                    scratch);
        } finally {
            remove(scratch);
        }
    }

    /** @param names of programs on the system's own path, or paths of programs */
    static Probe firstThatWorks(List<String> names, Path scratch) {
        var obstacles = new ArrayList<String>();
        for (var name : names) {
            var program = name.startsWith("/")
                    ? Optional.of(Path.of(name)).filter(Files::isExecutable)
                    : HostPrograms.located(name);
            if (program.isEmpty()) {
                obstacles.add(name + ": not installed");
                continue;
            }
            try {
                return new Probe(Optional.of(tried(program.get(), scratch)), "");
            } catch (IOException refused) {
                obstacles.add(program.get() + ": " + refused.getMessage());
            }
        }
        return new Probe(Optional.empty(), String.join("; ", obstacles));
    }

    private static OciRuntime tried(Path program, Path scratch) throws IOException {
        var version = HostCommand.run(List.of(program.toString(), "--version"), PROBE_SECONDS)
                .words();
        var help = HostCommand.run(List.of(program.toString(), "run", "--help"), PROBE_SECONDS)
                .words();
        var result = run(program, scratch, true);
        boolean ownGroups = result.status() == 0;
        if (!ownGroups) {
            result = run(program, scratch, false);
        }
        if (result.status() != 0) {
            throw new IOException(result.words());
        }
        if (!ownGroups) {
            LOG.info("{} cannot give containers a namespace of control groups", program);
        }
        return new OciRuntime(
                program,
                help.contains("--keep"),
                ownGroups,
                version.lines().findFirst().orElse(""));
    }

    private static HostCommand.Result run(Path program, Path scratch, boolean ownGroups) throws IOException {
        var bundle = Files.createDirectories(scratch.resolve(UUID.randomUUID().toString()));
        try {
            Files.createDirectory(bundle.resolve("rootfs"));
            Files.writeString(
                    bundle.resolve("config.json"), trial(bundle, ownGroups).json());
            return HostCommand.run(
                    List.of(
                            program.toString(),
                            "--root",
                            bundle.resolve("state").toString(),
                            "run",
                            "--bundle",
                            bundle.toString(),
                            "probe-" + UUID.randomUUID()),
                    PROBE_SECONDS);
        } finally {
            remove(bundle);
        }
    }

    private static void remove(Path scratch) {
        try {
            Trees.remove(scratch);
        } catch (IOException stays) {
            LOG.warn("cannot remove {}: {}", scratch, stays.getMessage());
        }
    }

    /** Runs the host's own {@code true}, with everything that other containers have, over an image with nothing in it. */
    private static BundleSpec trial(Path bundle, boolean ownGroups) throws IOException {
        var binds = new ArrayList<BundleSpec.Bind>();
        for (var directory : List.of("/usr", "/lib", "/lib64")) {
            if (Files.isDirectory(Path.of(directory))) {
                binds.add(new BundleSpec.Bind(Path.of(directory), directory, true));
            }
        }
        var overlay = new BundleSpec.Overlay(
                Files.createDirectory(bundle.resolve("image")),
                Files.createDirectory(bundle.resolve("upper")),
                Files.createDirectory(bundle.resolve("work")));
        return new BundleSpec(
                List.of("/usr/bin/true"),
                new TreeMap<>(),
                "/",
                Optional.empty(),
                Optional.of(overlay),
                binds,
                new BundleSpec.Confinement(List.of(), false, ownGroups, true, true, 1, List.of()),
                "probe",
                "/baton/probe-" + UUID.randomUUID());
    }
}
