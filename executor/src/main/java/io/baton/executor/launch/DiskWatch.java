package io.baton.executor.launch;

import io.baton.executor.checkpoint.DiskClaim;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.sandbox.Volumes;
import io.baton.v1.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures what containers hold of the disk. On a slow one that may take longer than until it is due again. */
public final class DiskWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DiskWatch.class);

    /** Knows how much directories hold. */
    interface Measure {
        /** Those that are not there, or take too long, are missing. */
        Map<Path, Long> megabytes(Collection<Path> directories) throws IOException;
    }

    /** The same for what takes long. */
    interface Patience {
        /** @param enough ends it */
        Map<Path, Long> megabytes(Collection<Path> directories, CompletableFuture<?> enough) throws IOException;
    }

    /** Hears of it, on any thread. */
    public interface Listener {
        /** A container holds so much, its volumes apart. */
        void diskUsed(String container, long megabytes);

        /** A volume of a container holds so much, which is more than its size. */
        void volumeExceeded(String container, long megabytes, Resource volume);
    }

    /** What is measured of a container: the sandbox is the first of its own. */
    private record Places(TaskEntry entry, List<Path> own, Map<Path, Resource> volumes) {
        private List<Path> all() {
            var out = new ArrayList<>(own);
            out.addAll(volumes.keySet());
            return out;
        }
    }

    /**
     * One that is measured alone just now.
     *
     * @param enough done when nobody wants to know any more
     */
    private record Alone(Places places, CompletableFuture<Void> enough) {
        private String container() {
            return places.entry().container();
        }
    }

    private final Volumes volumes;
    private final Function<String, Optional<Path>> written;
    private final Measure quick;
    private final Patience patient;
    private final Listener listener;
    private final Rounds measuring;
    private final Rounds late;
    /** What was to be measured last, by container. */
    private Map<String, Places> wanted = Map.of();
    /** Of these, those that the last round that measured them has left out. */
    private final Set<String> slow = new LinkedHashSet<>();

    private Optional<Alone> alone = Optional.empty();

    /**
     * A watch that has measured nothing.
     *
     * @param written where a container writes beside its sandbox, if it does
     * @param quick measures many
     * @param patient measures one that takes long
     */
    DiskWatch(
            Volumes volumes,
            Function<String, Optional<Path>> written,
            Measure quick,
            Patience patient,
            Listener listener,
            Executor executor) {
        this.volumes = volumes;
        this.written = written;
        this.quick = quick;
        this.patient = patient;
        this.listener = listener;
        this.measuring = new Rounds(executor);
        this.late = new Rounds(executor);
    }

    /** Measures what these hold, unless it still does. */
    void measure(Map<TaskEntry, DiskClaim> entries) {
        var places = new LinkedHashMap<String, Places>();
        entries.forEach((entry, claim) -> places.put(entry.container(), placesOf(entry, claim)));
        want(places);
        if (!places.isEmpty()) {
            measuring.begin(this::measureNow);
        }
    }

    /** Ends what takes long. */
    @Override
    public void close() {
        want(Map.of());
    }

    private synchronized void want(Map<String, Places> places) {
        wanted = places;
        slow.retainAll(places.keySet());
        alone.filter(its -> !places.containsKey(its.container()))
                .ifPresent(its -> its.enough().complete(null));
    }

    private void measureNow() {
        var round = round();
        try {
            var megabytes = quick.megabytes(
                    round.stream().flatMap(its -> its.all().stream()).toList());
            round.forEach(its -> tell(its, megabytes));
            if (anySlow(round, megabytes)) {
                late.begin(this::measureSlow);
            }
        } catch (IOException impossible) {
            LOG.warn("cannot measure sandboxes: {}", impossible.toString());
        }
    }

    /** Without the one that is measured alone: it would hold up the others again, and its disk. */
    private synchronized List<Places> round() {
        var busy = alone.map(Alone::container);
        return wanted.values().stream()
                .filter(its -> !busy.equals(Optional.of(its.entry().container())))
                .toList();
    }

    /** Of those left out some were only behind a slow one: they are slow no more once a round gets to them. */
    private synchronized boolean anySlow(List<Places> round, Map<Path, Long> megabytes) {
        for (var its : round) {
            var container = its.entry().container();
            if (its.all().stream().noneMatch(place -> isLeftOut(place, megabytes))) {
                slow.remove(container);
            } else if (wanted.containsKey(container)
                    && alone.filter(a -> a.container().equals(container)).isEmpty()) {
                slow.add(container);
            }
        }
        return !slow.isEmpty();
    }

    private void measureSlow() {
        try {
            for (var next = next(); next.isPresent(); next = next()) {
                measureAlone(next.get());
            }
        } finally {
            rest();
        }
    }

    private synchronized Optional<Alone> next() {
        alone = slow.stream().findFirst().map(first -> new Alone(wanted.get(first), new CompletableFuture<>()));
        alone.ifPresent(its -> slow.remove(its.container()));
        return alone;
    }

    private synchronized void rest() {
        alone = Optional.empty();
    }

    private Places placesOf(TaskEntry entry, DiskClaim claim) {
        var own = new ArrayList<>(List.of(entry.sandbox()));
        own.addAll(claim.besides());
        written.apply(entry.container()).ifPresent(own::add);
        var its = new LinkedHashMap<Path, Resource>();
        claim.volumes().forEach(volume -> its.put(volumes.place(volume), volume));
        return new Places(entry, own, its);
    }

    private static boolean isLeftOut(Path place, Map<Path, Long> megabytes) {
        return !megabytes.containsKey(place) && Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS);
    }

    private void measureAlone(Alone its) {
        LOG.info("what container {} holds takes long to measure", its.container());
        try {
            var megabytes = new HashMap<Path, Long>();
            for (var place : its.places().all()) {
                megabytes.putAll(patient.megabytes(List.of(place), its.enough()));
            }
            if (!its.enough().isDone()) {
                tell(its.places(), megabytes);
            }
        } catch (IOException impossible) {
            LOG.warn("cannot measure container {}: {}", its.container(), impossible.toString());
        }
    }

    private void tell(Places its, Map<Path, Long> megabytes) {
        var container = its.entry().container();
        if (megabytes.containsKey(its.own().get(0))) {
            listener.diskUsed(
                    container,
                    its.own().stream()
                            .mapToLong(place -> megabytes.getOrDefault(place, 0L))
                            .sum());
        }
        its.volumes().forEach((place, volume) -> {
            long holds = megabytes.getOrDefault(place, 0L);
            if (holds > (long) volume.getScalar().getValue()) {
                listener.volumeExceeded(container, holds, volume);
            }
        });
    }
}
