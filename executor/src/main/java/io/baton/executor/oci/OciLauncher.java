package io.baton.executor.oci;

import io.baton.executor.crash.CrashPoint;
import io.baton.executor.process.Account;
import io.baton.executor.process.Launch;
import io.baton.executor.process.Verdict;
import io.baton.executor.sandbox.Trees;
import io.baton.executor.sandbox.Volumes;
import io.baton.executor.sandbox.Workshop;
import io.baton.executor.task.ContainerPlan;
import io.baton.executor.task.TaskPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Containers in images. Each has a bundle below {@code meta/oci/bundles}, which outlives the agent, and becomes a process
 * like any other: {@code runc run}, under a supervisor. The runtime lays the container's own file system over the image in
 * the container's mount namespace; with the last process of it that is gone, so there is never anything to unmount.
 */
public final class OciLauncher implements AutoCloseable {
    /** Where a container finds its sandbox (Mesos). */
    public static final String SANDBOX = "/mnt/mesos/sandbox";

    private static final int SIGNAL_BASE = 128;
    private static final int LAST_SIGNAL = 64;
    private static final String PATH = "PATH";
    /** In a bundle: the image that it is of. */
    private static final String IMAGE = "image";

    private static final String PROBE = "baton-oci-probe-";
    /** No agent takes so long to look for a runtime. */
    private static final Duration OLD = Duration.ofHours(1);

    private static final Logger LOG = LoggerFactory.getLogger(OciLauncher.class);

    /**
     * A container that is to be.
     *
     * @param environment of the task, without what its image says
     * @param volumes its persistent ones
     */
    public record Order(
            String container,
            Path sandbox,
            TaskPlan plan,
            Optional<Account> account,
            SortedMap<String, String> environment,
            List<Volumes.Mount> volumes) {}

    private final OciSettings settings;
    private final Executor executor;
    /** Whether it is looked for. */
    private final AtomicBoolean looking = new AtomicBoolean();
    /** What was found. That takes a while, and an agent with a thousand tasks of other kinds need not wait for it. */
    private final CompletableFuture<OciRuntime.Probe> probe = new CompletableFuture<>();

    private final Path bundles;
    private final Path state;
    /** What is over and not removed yet. */
    private final Path gone;

    private final ExecFiles execs;
    private final ImageStore images;
    private final SecretFiles secrets;
    private final Binds binds;
    private final UnaryOperator<String> cgroup;
    private final boolean looksIntoGroups;
    /** Each container's image by its digest, as its bundle says, too; empty while it says nothing. */
    private final Map<String, String> containers = new ConcurrentHashMap<>();

    private OciLauncher(
            OciSettings settings,
            Path workDir,
            SecretFiles secrets,
            UnaryOperator<String> cgroup,
            boolean looksIntoGroups,
            Executor executor) {
        var home = workDir.resolve("meta/oci");
        this.settings = settings;
        this.executor = executor;
        this.bundles = home.resolve("bundles");
        this.state = home.resolve("state");
        this.gone = home.resolve("gone");
        this.execs = new ExecFiles(home.resolve("execs"));
        this.images =
                new ImageStore(settings.images().orElse(workDir.resolve("images")), home.resolve("images"), executor);
        this.secrets = secrets;
        var closed = new ArrayList<>(List.of(workDir.resolve("meta"), workDir.resolve("cache")));
        secrets.home().ifPresent(closed::add);
        this.binds = new Binds(Workshop.of(workDir), secrets, closed);
        this.cgroup = cgroup;
        this.looksIntoGroups = looksIntoGroups;
    }

    /**
     * Finds the containers of earlier agents; a runtime is looked for when one is wanted, or by {@link #look}.
     *
     * @param cgroup the control group of a container, as a path within every hierarchy
     * @param looksIntoGroups whether the agent looks into that group when the container is over, and removes it
     * @param executor may block; its size bounds how many images are unpacked at a time
     */
    public static OciLauncher open(
            OciSettings settings,
            Path workDir,
            SecretFiles secrets,
            UnaryOperator<String> cgroup,
            boolean looksIntoGroups,
            Executor executor)
            throws IOException {
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        Files.createDirectories(workDir.resolve("meta/oci"), ownerOnly);
        var out = new OciLauncher(settings, workDir, secrets, cgroup, looksIntoGroups, executor);
        PrivateFiles.directory(out.bundles);
        PrivateFiles.directory(out.state);
        PrivateFiles.directory(out.gone);
        try (var found = Files.newDirectoryStream(out.bundles)) {
            found.forEach(bundle -> out.containers.put(bundle.getFileName().toString(), imageOf(bundle)));
        }
        return out;
    }

    private static String imageOf(Path bundle) {
        try {
            return Files.readString(bundle.resolve(IMAGE));
        } catch (IOException none) {
            LOG.debug("container {} has no image yet", bundle.getFileName());
            return "";
        }
    }

    /** Looks for a runtime, unless that is done or under way; the log says what was found. */
    public void look() {
        wanted();
    }

    private CompletableFuture<OciRuntime.Probe> wanted() {
        if (looking.compareAndSet(false, true)) {
            CompletableFuture.supplyAsync(this::tryOut, executor)
                    .exceptionally(OciRuntime.Probe::failed)
                    .thenAccept(found -> {
                        probe.complete(found);
                        tell(found);
                    });
        }
        return probe;
    }

    private OciRuntime.Probe tryOut() {
        try {
            // Elsewhere: this disk may be full, and what runs in containers is to be looked after all the same.
            return OciRuntime.probe(settings, scratch());
        } catch (IOException noRoom) {
            throw new UncheckedIOException(noRoom.getMessage(), noRoom);
        }
    }

    private static void tell(OciRuntime.Probe probe) {
        if (probe.runtime().isPresent()) {
            var runtime = probe.runtime().get();
            LOG.info("containers are run by {} ({})", runtime.program(), runtime.said());
        } else {
            LOG.info("no task with an image can run here: {}", probe.obstacles());
        }
    }

    /** The runtime that was found. Waits for the search. */
    private OciRuntime found() throws IOException {
        var result = wanted().join();
        return result.runtime()
                .orElseThrow(() -> new IOException("this agent cannot run containers: " + result.obstacles()));
    }

    /** In memory, which can always hold the changes of a file system; what an agent in a container has as its /tmp cannot. */
    private static Path scratch() throws IOException {
        for (var candidate : List.of(Path.of("/run"), Path.of("/dev/shm"))) {
            if (Files.isWritable(candidate)
                    && Files.getFileStore(candidate).type().equals("tmpfs")) {
                removeOld(candidate);
                return Files.createTempDirectory(candidate, PROBE);
            }
        }
        return Files.createTempDirectory(PROBE);
    }

    /** An agent that ended while it probed left what it had, in memory. */
    private static void removeOld(Path scratch) {
        var old = Instant.now().minus(OLD);
        try (var found = Files.newDirectoryStream(scratch, PROBE + "*")) {
            for (var left : found) {
                if (Files.getLastModifiedTime(left, LinkOption.NOFOLLOW_LINKS)
                        .toInstant()
                        .isBefore(old)) {
                    Trees.remove(left);
                }
            }
        } catch (IOException | DirectoryIteratorException stays) {
            LOG.debug("what earlier agents left in {} stays: {}", scratch, stays.getMessage());
        }
    }

    /** Where what a container writes beside its sandbox and its volumes is; empty if it is in no image. */
    public Optional<Path> written(String container) {
        return holds(container) ? Optional.of(bundles.resolve(container).resolve("upper")) : Optional.empty();
    }

    /** Whether this container is run in an image. */
    public boolean holds(String container) {
        return containers.containsKey(container);
    }

    /**
     * Unpacks an image, the longer the larger it is; done already if it is unpacked. What is wrong with the runtime is left to
     * {@link #prepare} to say.
     */
    public CompletableFuture<Void> unpack(String image) {
        return wanted().thenCompose(result -> result.runtime().isPresent()
                ? images.bring(image, this::inUse)
                : CompletableFuture.completedFuture(null));
    }

    /**
     * Makes the bundle of a container. Blocks, for long if its image is new here: see {@link #unpack}.
     *
     * @return the launch that becomes the container
     * @throws IOException saying what is wrong and what to do
     */
    public Launch prepare(Order order) throws IOException {
        var runtime = found();
        var plan = order.plan().container().orElseThrow();
        var capabilities = settings.granted(plan);
        var image = images.find(plan.image(), inUse());
        var bundle = bundles.resolve(order.container());
        containers.put(order.container(), "");
        for (var part : List.of("upper", "work", "rootfs")) {
            Files.createDirectories(bundle.resolve(part));
        }
        Files.writeString(bundle.resolve(IMAGE), image.digest());
        containers.put(order.container(), image.digest());
        CrashPoint.reached("bundle begun");
        var seen = binds.of(order, plan, bundle);
        var spec = new BundleSpec(
                image.config()
                        .arguments(order.plan())
                        .orElseThrow(() -> new IOException("neither the task nor its image '" + plan.image()
                                + "' says what to run: set command.value")),
                environment(image.config(), order),
                image.config().workingDirectory().isEmpty()
                        ? SANDBOX
                        : image.config().workingDirectory(),
                order.account(),
                Optional.of(new BundleSpec.Overlay(image.rootfs(), bundle.resolve("upper"), bundle.resolve("work"))),
                seen.binds(),
                new BundleSpec.Confinement(
                        capabilities,
                        plan.unconfined(),
                        runtime.ownGroups(),
                        plan.ownNetwork(),
                        plan.readOnly() || settings.readOnly(),
                        plan.shmMb(),
                        order.plan().rlimits()),
                plan.hostname(),
                cgroup.apply(order.container()) + (runtime.keeps() ? "" : "/oci"));
        PrivateFiles.write(bundle.resolve("config.json"), spec.json().getBytes(StandardCharsets.UTF_8));
        var command = new ArrayList<>(seen.wrapper());
        command.addAll(run(runtime, order.container()));
        return launch(order.container(), order.sandbox(), command);
    }

    /** Removes what is unpacked of images that no container uses, but of those named. Blocks. */
    public void pruneImages(List<String> excluded) throws IOException {
        images.prune(excluded, inUse());
    }

    private List<String> run(OciRuntime runtime, String container) {
        var bundle = bundles.resolve(container);
        var out = new ArrayList<>(runtime(runtime));
        out.addAll(List.of("--log", bundle.resolve(RuntimeTraces.LOG).toString(), "--log-format", "json", "run"));
        if (runtime.keeps() && looksIntoGroups) {
            out.add("--keep");
        }
        out.addAll(List.of("--bundle", bundle.toString(), container));
        return out;
    }

    private List<String> runtime(OciRuntime runtime) {
        return List.of(runtime.program().toString(), "--root", state.toString());
    }

    private static Launch launch(String container, Path sandbox, List<String> command) {
        var environment = new TreeMap<String, String>();
        environment.put(PATH, TaskPlan.DEFAULT_PATH);
        return new Launch(
                container,
                sandbox,
                false,
                command.get(0),
                command.subList(1, command.size()),
                Optional.empty(),
                environment);
    }

    /**
     * The command that runs something more in a container. {@link #forget} it when it is over.
     *
     * @param name of the launch
     * @param arguments the program first
     */
    public List<String> inside(
            String name,
            String container,
            List<String> arguments,
            Optional<Account> account,
            SortedMap<String, String> environment)
            throws IOException {
        var out = new ArrayList<>(runtime(found()));
        var file = execs.write(name, bundles.resolve(container), arguments, account, environment);
        out.addAll(List.of("exec", "--process", file.toString(), container));
        return out;
    }

    /** What ran in a container is over. */
    public void forget(String name) throws IOException {
        execs.remove(name);
    }

    /** The image's variables below the task's; its PATH counts more than the one that every task gets. */
    private static SortedMap<String, String> environment(ImageConfig image, Order order) {
        var out = new TreeMap<>(image.environment());
        order.environment().forEach((name, value) -> {
            boolean own = !name.equals(PATH) || order.plan().environment().containsKey(PATH);
            if (own || !out.containsKey(name)) {
                out.put(name, value);
            }
        });
        return out;
    }

    /**
     * Writes the secrets of a task without an image.
     *
     * @return the file of each, by where it is to be seen in the sandbox
     */
    public SortedMap<String, Path> secrets(
            String container, List<ContainerPlan.Mount.Secret> wanted, Optional<Account> account) throws IOException {
        var out = new TreeMap<String, Path>();
        for (var secret : wanted) {
            out.put(
                    secret.at(),
                    secrets.write(container, out.size(), secret.content().toByteArray(), account));
        }
        return out;
    }

    private Set<String> inUse() {
        var out = new HashSet<>(containers.values());
        out.remove("");
        return out;
    }

    /** What the end of the runtime's process says of the container: that it never ran, or which signal ended it. */
    public Verdict judge(String container, Verdict verdict) {
        if (!holds(container) || !(verdict instanceof Verdict.Exited exited) || exited.status() == 0) {
            return verdict;
        }
        boolean keeps = looksIntoGroups
                && wanted().join().runtime().filter(OciRuntime::keeps).isPresent();
        var traces = new RuntimeTraces(bundles.resolve(container), state.resolve(container), keeps);
        try {
            var obstacle = traces.whyItNeverRan();
            if (obstacle.isPresent()) {
                return new Verdict.NeverRan(obstacle.get());
            }
        } catch (IOException unreadable) {
            LOG.warn("cannot read what the runtime left of container {}: {}", container, unreadable.getMessage());
        }
        int signal = exited.status() - SIGNAL_BASE;
        return signal > 0 && signal <= LAST_SIGNAL ? new Verdict.Signaled(signal) : verdict;
    }

    /**
     * Takes away what is left of a container that is over: another may have its name at once.
     *
     * @return what is still to be removed, of any number of files; empty if there is nothing
     */
    public Optional<Path> setAside(String container) throws IOException {
        Optional<Path> aside = Optional.empty();
        if (holds(container)) {
            Trees.remove(state.resolve(container));
            var bundle = bundles.resolve(container);
            if (Files.isDirectory(bundle)) {
                var place = gone.resolve(UUID.randomUUID().toString());
                aside = Optional.of(Files.move(bundle, place, StandardCopyOption.ATOMIC_MOVE));
            }
            containers.remove(container);
        }
        secrets.remove(container);
        forget(container);
        return aside;
    }

    /**
     * Takes away what nobody knows any more.
     *
     * @param removals does what takes long: whatever was set aside, by an earlier agent too
     */
    public void removeOthers(Set<String> known, Executor removals) {
        for (var container : List.copyOf(containers.keySet())) {
            if (!known.contains(container)) {
                try {
                    setAside(container);
                } catch (IOException stays) {
                    LOG.warn("cannot remove the bundle of container {}: {}", container, stays.getMessage());
                }
            }
        }
        try (var found = Files.newDirectoryStream(gone)) {
            found.forEach(left -> removals.execute(() -> {
                try {
                    Trees.remove(left);
                } catch (IOException stays) {
                    LOG.warn("cannot remove {}: {}", left, stays.getMessage());
                }
            }));
        } catch (IOException unreadable) {
            LOG.warn("cannot look for what is left of containers: {}", unreadable.getMessage());
        }
        secrets.removeOthers(known);
        execs.removeOthers(known);
        try {
            images.removeLeftovers();
        } catch (IOException unreadable) {
            LOG.warn("cannot look for what is left of images: {}", unreadable.getMessage());
        }
    }

    /** Leaves the containers alone. */
    @Override
    public void close() {
        secrets.close();
    }
}
