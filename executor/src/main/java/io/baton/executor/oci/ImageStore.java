package io.baton.executor.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.baton.executor.process.HostPrograms;
import io.baton.executor.sandbox.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Images of this host, and what is unpacked of them: each once, read-only for all containers. Calls block.
 *
 * <p>An image is a directory with an OCI layout, or an archive of one (or of {@code docker save}), below one directory.
 */
final class ImageStore {
    /** Unpacked images that are kept; of more, those that no container uses go, the longest unused first. */
    static final int MAX_UNPACKED = 50;

    /** An image that was found so short a time ago may be about to be used. */
    static final Duration ABOUT_TO_BE_USED = Duration.ofMinutes(1);

    private static final long UNPACK_SECONDS = 600;
    private static final String FRESH = "fresh-";
    private static final String GONE = "gone-";
    private static final Pattern NAME =
            Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]*(:[0-9]+)?(/[a-zA-Z0-9][a-zA-Z0-9._-]*)*");
    private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
    private static final String ARCHIVES = "archives";
    private static final String CONFIG = "config.json";
    private static final String ROOTFS = "rootfs";
    private static final Logger LOG = LoggerFactory.getLogger(ImageStore.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** An unpacked image. */
    record Image(String digest, Path rootfs, ImageConfig config) {}

    /** A name and its tag, as users write them. */
    record Reference(String name, String tag) {
        /** @throws IOException if it is none */
        static Reference parse(String text) throws IOException {
            int cut = text.lastIndexOf(':');
            boolean tagged = cut > text.lastIndexOf('/');
            var out =
                    new Reference(tagged ? text.substring(0, cut) : text, tagged ? text.substring(cut + 1) : "latest");
            if (!NAME.matcher(out.name()).matches() || !TAG.matcher(out.tag()).matches()) {
                throw new IOException("'" + text + "' is no name of an image, such as busybox:1.36");
            }
            return out;
        }
    }

    private final Path images;
    private final Path unpacked;
    private final Executor executor;
    private final Map<String, CompletableFuture<Void>> underWay = new ConcurrentHashMap<>();
    /** Layouts of which images are being unpacked. */
    private final Set<Path> reading = ConcurrentHashMap.newKeySet();

    /**
     * @param images where operators put images
     * @param unpacked the agent's own
     * @param executor may block; its size bounds how many images are unpacked at a time
     */
    ImageStore(Path images, Path unpacked, Executor executor) {
        this.images = images;
        this.unpacked = unpacked;
        this.executor = executor;
    }

    /**
     * Unpacks the image of this name, once for all who want it. Blocks only to see whether it is.
     *
     * @param inUse as with {@link #find}
     * @return done already if the image is unpacked; fails as {@link #find} does
     */
    CompletableFuture<Void> bring(String name, Supplier<Set<String>> inUse) {
        try {
            if (unpacked(name).isPresent()) {
                return CompletableFuture.completedFuture(null);
            }
        } catch (IOException impossible) {
            return CompletableFuture.failedFuture(impossible);
        }
        var fresh = new CompletableFuture<Void>();
        var other = underWay.putIfAbsent(name, fresh);
        if (other != null) {
            return other;
        }
        CompletableFuture.runAsync(() -> findNow(name, inUse.get()), executor).whenComplete((done, failure) -> {
            underWay.remove(name);
            if (failure == null) {
                fresh.complete(null);
            } else {
                fresh.completeExceptionally(failure);
            }
        });
        return fresh;
    }

    private void findNow(String name, Set<String> inUse) {
        try {
            find(name, inUse);
        } catch (IOException impossible) {
            throw new CompletionException(impossible);
        }
    }

    /**
     * The image of this name, if it is unpacked already.
     *
     * @throws IOException as {@link #find} does
     */
    private Optional<Image> unpacked(String name) throws IOException {
        var reference = Reference.parse(name);
        var layout = layout(name, reference);
        return Files.isDirectory(layout) ? use(manifest(layout, reference), reference) : Optional.empty();
    }

    /**
     * The image of this name, unpacked.
     *
     * @param inUse digests of images that containers use
     * @throws IOException naming the image and what to do
     */
    Image find(String name, Set<String> inUse) throws IOException {
        var reference = Reference.parse(name);
        var layout = layout(name, reference);
        if (!Files.isDirectory(layout)) {
            layOut(archive(reference).orElseThrow(), reference, layout);
        }
        var manifest = manifest(layout, reference);
        var found = use(manifest, reference);
        if (found.isEmpty()) {
            makeRoom(inUse);
            reading.add(layout);
            try {
                removeFormerLayouts();
                unpackInto(layout, reference, manifest, place(manifest));
            } finally {
                reading.remove(layout);
            }
            found = use(manifest, reference);
        }
        return found.orElseThrow(() -> new IOException("image '" + name + "' was removed as soon as it was unpacked"));
    }

    /** Where the image's layout is, or will be once its archive is laid out. */
    private Path layout(String name, Reference reference) throws IOException {
        var layout = images.resolve(reference.name());
        if (Files.isRegularFile(layout.resolve("oci-layout"))) {
            return layout;
        }
        var archive = archive(reference);
        if (archive.isPresent()) {
            return layoutOf(archive.get());
        }
        throw new IOException("image '" + name + "' is not below " + images + ". Put it there: skopeo copy docker://"
                + name + " oci:" + layout + ":" + reference.tag());
    }

    private Optional<Path> archive(Reference reference) {
        return Stream.of(reference.name() + ":" + reference.tag() + ".tar", reference.name() + ".tar")
                .map(images::resolve)
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /** An archive is laid out anew each time that it has changed. */
    private Path layoutOf(Path archive) throws IOException {
        var changed = Files.getLastModifiedTime(archive).toMillis();
        return unpacked.resolve(ARCHIVES)
                .resolve(UUID.nameUUIDFromBytes(archive.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8))
                        + "-" + changed);
    }

    private void layOut(Path archive, Reference reference, Path layout) throws IOException {
        Files.createDirectories(layout.getParent());
        var skopeo = HostPrograms.located("skopeo")
                .orElseThrow(
                        () -> new IOException(
                                "image archive " + archive
                                        + " cannot be read: this host has no skopeo. Install it, or put the image there as a directory"));
        var fresh = unpacked.resolve(FRESH + UUID.randomUUID());
        var said = "";
        for (var kind : List.of("oci-archive:", "docker-archive:")) {
            try {
                var result = HostCommand.run(
                        List.of(
                                skopeo.toString(),
                                "--insecure-policy",
                                "copy",
                                kind + archive,
                                "oci:" + fresh + ":" + reference.tag()),
                        UNPACK_SECONDS);
                if (result.status() == 0) {
                    moveTo(layout, fresh);
                    return;
                }
                said = result.words();
            } finally {
                Trees.remove(fresh);
            }
        }
        throw new IOException("image archive " + archive + " cannot be read: " + said);
    }

    /** What is there by now, from an image of another name, is the same. */
    private synchronized void moveTo(Path place, Path fresh) throws IOException {
        if (!Files.isDirectory(place)) {
            Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private Path place(JsonNode manifest) {
        return unpacked.resolve(manifest.path("digest").asText().replace(':', '-'));
    }

    /** From then on it may be about to be used. */
    private synchronized Optional<Image> use(JsonNode manifest, Reference reference) throws IOException {
        var place = place(manifest);
        if (!Files.isDirectory(place)) {
            return Optional.empty();
        }
        Files.setLastModifiedTime(place, FileTime.from(Instant.now()));
        try {
            return Optional.of(new Image(
                    manifest.path("digest").asText(),
                    place.resolve(ROOTFS),
                    ImageConfig.parse(Files.readString(place.resolve(CONFIG)))));
        } catch (IllegalArgumentException wrong) {
            throw new IOException("image '" + reference.name() + "': " + wrong.getMessage(), wrong);
        }
    }

    /** An archive has one image, which goes by any tag: its layout has the one that was asked for first. */
    private JsonNode manifest(Path layout, Reference reference) throws IOException {
        boolean ofArchive = layout.getParent().equals(unpacked.resolve(ARCHIVES));
        var index = JSON.readTree(Files.readString(layout.resolve("index.json")));
        for (var entry : index.path("manifests")) {
            var tag = tag(entry);
            boolean only =
                    (ofArchive || tag.isEmpty()) && index.path("manifests").size() == 1;
            if (tag.equals(reference.tag()) || only) {
                if (!DIGEST.matcher(entry.path("digest").asText()).matches()) {
                    break;
                }
                return entry;
            }
        }
        throw new IOException("the image " + layout + " has no tag '" + reference.tag() + "'");
    }

    private static String tag(JsonNode manifest) {
        return manifest.path("annotations")
                .path("org.opencontainers.image.ref.name")
                .asText("");
    }

    private static Path blob(Path layout, String digest) throws IOException {
        if (!DIGEST.matcher(digest).matches()) {
            throw new IOException("the image " + layout + " names a blob '" + digest + "', which is no sha256 digest");
        }
        return layout.resolve("blobs/sha256").resolve(digest.substring("sha256:".length()));
    }

    /** umoci knows the traps of layers: whiteouts, links out of the tree, attributes, devices. */
    private void unpackInto(Path layout, Reference reference, JsonNode entry, Path place) throws IOException {
        var umoci = HostPrograms.located("umoci")
                .orElseThrow(() -> new IOException(
                        "image " + layout + " cannot be unpacked: this host has no umoci. Install it (package umoci)"));
        var fresh = Files.createDirectories(unpacked).resolve(FRESH + UUID.randomUUID());
        try {
            Files.createDirectory(fresh);
            var manifest = JSON.readTree(
                    Files.readString(blob(layout, entry.path("digest").asText())));
            if (manifest.path("config").isMissingNode()) {
                throw new IOException("the image " + layout + " is of several platforms: copy one of them (skopeo copy"
                        + " --override-arch)");
            }
            Files.copy(blob(layout, manifest.path("config").path("digest").asText()), fresh.resolve(CONFIG));
            var result = HostCommand.run(
                    List.of(
                            umoci.toString(),
                            "raw",
                            "unpack",
                            "--image",
                            layout + ":" + (tag(entry).isEmpty() ? reference.tag() : tag(entry)),
                            fresh.resolve(ROOTFS).toString()),
                    UNPACK_SECONDS);
            if (result.status() != 0) {
                throw new IOException("image '" + reference.name() + "' cannot be unpacked: " + result.words());
            }
            moveTo(place, fresh);
            LOG.info("unpacked image {}:{}", reference.name(), reference.tag());
        } finally {
            Trees.remove(fresh);
        }
    }

    /** Removes what an agent that was killed was unpacking, or removing, when there is a thread for it. */
    void removeLeftovers() throws IOException {
        if (!Files.isDirectory(unpacked)) {
            return;
        }
        try (var found = Files.newDirectoryStream(unpacked, "{" + FRESH + "," + GONE + "}*")) {
            found.forEach(left -> executor.execute(() -> {
                try {
                    Trees.remove(left);
                } catch (IOException stays) {
                    LOG.warn("cannot remove {}, which an earlier agent left: {}", left, stays.getMessage());
                }
            }));
        }
    }

    /**
     * Removes what is unpacked and laid out of images, but of those that containers use and of those named. Names that
     * are not here count for nothing.
     *
     * @param inUse digests of images that containers use
     */
    void prune(List<String> excluded, Set<String> inUse) throws IOException {
        var kept = new TreeSet<String>();
        inUse.forEach(digest -> kept.add(digest.replace(':', '-')));
        var names = new ArrayList<>(excluded);
        names.addAll(underWay.keySet());
        for (var name : names) {
            try {
                var reference = Reference.parse(name);
                var layout = images.resolve(reference.name());
                var archive = archive(reference);
                if (!Files.isRegularFile(layout.resolve("oci-layout")) && archive.isPresent()) {
                    layout = layoutOf(archive.get());
                }
                kept.add(layout.getFileName().toString());
                kept.add(manifest(layout, reference).path("digest").asText().replace(':', '-'));
            } catch (IOException notHere) {
                LOG.info("not an image of this agent, and so not kept: {}", notHere.getMessage());
            }
        }
        removeBut(kept, unpacked, "sha256-*");
        removeBut(kept, unpacked.resolve(ARCHIVES), "*");
    }

    private void removeBut(Set<String> kept, Path directory, String which) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (var places = Files.newDirectoryStream(directory, which)) {
            for (var place : places) {
                if (!kept.contains(place.getFileName().toString()) && remove(place)) {
                    LOG.info("removed {}, of an image that nobody uses", place);
                }
            }
        }
    }

    /** @return whether it was removed, since it is not about to be used */
    private boolean remove(Path place) throws IOException {
        var aside = unpacked.resolve(GONE + UUID.randomUUID());
        synchronized (this) {
            if (isAboutToBeUsed(place)) {
                return false;
            }
            Files.move(place, aside, StandardCopyOption.ATOMIC_MOVE);
        }
        Trees.remove(aside);
        return true;
    }

    /** What is dated much later than now was used before the host's clock was set back. */
    private static boolean isAboutToBeUsed(Path place) {
        var since = Duration.between(lastUse(place).toInstant(), Instant.now());
        return since.abs().compareTo(ABOUT_TO_BE_USED) < 0;
    }

    private void makeRoom(Set<String> inUse) throws IOException {
        if (!Files.isDirectory(unpacked)) {
            return;
        }
        var all = new ArrayList<Path>();
        try (var places = Files.newDirectoryStream(unpacked, "sha256-*")) {
            places.forEach(all::add);
        }
        all.sort(Comparator.comparing(ImageStore::lastUse));
        int surplus = all.size() + 1 - MAX_UNPACKED;
        for (var place : all) {
            boolean used = inUse.contains(place.getFileName().toString().replaceFirst("-", ":"));
            if (surplus > 0 && !used && remove(place)) {
                surplus--;
            }
        }
    }

    /**
     * Of each archive only the layout that was made last is of any use; of archives that are gone none is, but which those
     * were their names do not tell. What goes too early is laid out again.
     */
    void removeFormerLayouts() throws IOException {
        var archives = unpacked.resolve(ARCHIVES);
        if (!Files.isDirectory(archives)) {
            return;
        }
        var all = new ArrayList<Path>();
        try (var layouts = Files.newDirectoryStream(archives)) {
            layouts.forEach(all::add);
        }
        all.sort(Comparator.comparing(ImageStore::lastUse).reversed());
        var known = new HashSet<String>();
        for (var layout : all) {
            var archive = archiveOf(layout);
            boolean latest = known.size() < MAX_UNPACKED && known.add(archive);
            try {
                if (!latest && !reading.contains(layout) && remove(layout)) {
                    LOG.info("removed {}, of which there is a newer one", layout);
                }
            } catch (
                    IOException stays) { // Another has just removed it, or it cannot be: no launch is to fail for that.
                LOG.warn("{}, of which there is a newer one, stays: {}", layout, stays.toString());
            }
        }
    }

    /** What the names of all layouts of one archive begin with. */
    private static String archiveOf(Path layout) {
        var name = layout.getFileName().toString();
        return name.substring(0, Math.max(0, name.lastIndexOf('-')));
    }

    private static FileTime lastUse(Path place) {
        try {
            return Files.getLastModifiedTime(place, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException gone) {
            return FileTime.fromMillis(0);
        }
    }
}
