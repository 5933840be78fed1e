package io.baton.executor.download;

import io.baton.executor.fetch.ArchiveKind;
import io.baton.executor.fetch.ArchiveRules;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.UnicodePathExtraField;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** Unpacks one archive below a directory in which nobody else writes meanwhile. */
final class Unpacker {
    /** Memory one xz archive may ask for: up to {@code xz -8}. An agent's whole heap is a few times that. */
    static final int XZ_MEMORY_KIB = 36 << 10;

    /** Most bytes of headers before one entry: names, and what tar calls extended headers. */
    static final long MAX_HEADER_BYTES = 1 << 20;

    private static final int BUFFER_BYTES = 65_536;
    private static final int MAX_TARGET_BYTES = 4_096;

    private final Path directory;
    private final FetchJob job;
    private final ArchiveRules rules;

    private Unpacker(Path directory, FetchJob job, ArchiveRules rules) {
        this.directory = directory;
        this.job = job;
        this.rules = rules;
    }

    /**
     * Unpacks into the directory.
     *
     * @throws FetchFailedException naming the rule that the archive breaks
     */
    static void unpack(Path archive, ArchiveKind kind, Path directory, FetchJob job) throws IOException {
        var unpacker = new Unpacker(directory, job, new ArchiveRules(Files.size(archive)));
        try {
            if (kind == ArchiveKind.ZIP) {
                unpacker.zip(archive);
                return;
            }
            try (var file = new BufferedInputStream(Files.newInputStream(archive), BUFFER_BYTES);
                    var plain = unpacker.decompressed(file, kind)) {
                if (kind == ArchiveKind.GZIP) {
                    var name = archive.getFileName().toString();
                    unpacker.gzip(plain, name.substring(0, name.length() - ".gz".length()));
                } else {
                    unpacker.tar(plain);
                }
            }
        } catch (FetchFailedException told) {
            throw told;
        } catch (IOException | RuntimeException damaged) {
            throw new FetchFailedException("cannot be unpacked: " + damaged.getMessage());
        }
    }

    private InputStream decompressed(InputStream file, ArchiveKind kind) throws IOException {
        return switch (kind) {
            case TAR, ZIP -> file;
            case GZIP, TAR_GZIP -> new GZIPInputStream(file, BUFFER_BYTES);
            case TAR_BZIP2 -> new BZip2CompressorInputStream(file, true);
            case TAR_XZ -> new XZCompressorInputStream(file, true, XZ_MEMORY_KIB);
        };
    }

    private void gzip(InputStream plain, String name) throws IOException {
        admit(new ArchiveRules.Entry(name, ArchiveRules.Type.FILE, "", 0));
        write(place(name), plain, false);
    }

    private void tar(InputStream plain) throws IOException {
        var metered = new Metered(plain);
        var tar = new TarArchiveInputStream(metered, StandardCharsets.UTF_8.name());
        while (true) {
            metered.allow(MAX_HEADER_BYTES);
            var entry = tar.getNextEntry();
            if (entry == null) {
                return;
            }
            metered.allow(Long.MAX_VALUE);
            var described = new ArchiveRules.Entry(entry.getName(), type(entry), entry.getLinkName(), entry.getMode());
            admit(described);
            make(described, tar);
        }
    }

    private static ArchiveRules.Type type(TarArchiveEntry entry) {
        if (entry.isSymbolicLink()) {
            return ArchiveRules.Type.SYMBOLIC_LINK;
        }
        if (entry.isLink()) {
            return ArchiveRules.Type.HARD_LINK;
        }
        if (entry.isCharacterDevice() || entry.isBlockDevice() || entry.isFIFO()) {
            return ArchiveRules.Type.OTHER;
        }
        if (entry.isDirectory()) {
            return ArchiveRules.Type.DIRECTORY;
        }
        return entry.isFile() || entry.isSparse() ? ArchiveRules.Type.FILE : ArchiveRules.Type.OTHER;
    }

    private void zip(Path archive) throws IOException {
        try (var channel = FileChannel.open(archive, StandardOpenOption.READ)) {
            // The library reads the whole list of entries at once.
            ZipDirectory.check(channel);
        }
        // It would keep the local headers of all entries too, which are not in that list.
        try (var zip = ZipFile.builder()
                .setPath(archive)
                .setIgnoreLocalFileHeader(true)
                .get()) {
            var entries = zip.getEntriesInPhysicalOrder();
            while (entries.hasMoreElements()) {
                var entry = entries.nextElement();
                var type = type(entry);
                var target = "";
                if (type == ArchiveRules.Type.SYMBOLIC_LINK) {
                    try (var in = zip.getInputStream(entry)) {
                        target = new String(in.readNBytes(MAX_TARGET_BYTES), StandardCharsets.UTF_8);
                    }
                }
                var described = new ArchiveRules.Entry(name(entry), type, target, entry.getUnixMode());
                admit(described);
                try (var in = zip.getInputStream(entry)) {
                    make(described, in);
                }
            }
        }
    }

    /** Also one that stands beside an older one in another encoding: the library finds it in local headers only. */
    private static String name(ZipArchiveEntry entry) {
        if (!entry.getGeneralPurposeBit().usesUTF8ForNames()
                && entry.getExtraField(UnicodePathExtraField.UPATH_ID) instanceof UnicodePathExtraField unicode) {
            var checksum = new CRC32();
            checksum.update(entry.getRawName());
            if (checksum.getValue() == unicode.getNameCRC32()) {
                return new String(unicode.getUnicodeName(), StandardCharsets.UTF_8);
            }
        }
        return entry.getName();
    }

    private static ArchiveRules.Type type(ZipArchiveEntry entry) {
        if (entry.isUnixSymlink()) {
            return ArchiveRules.Type.SYMBOLIC_LINK;
        }
        if (entry.isDirectory()) {
            return ArchiveRules.Type.DIRECTORY;
        }
        int format = entry.getUnixMode() & 0170000;
        return format == 0 || format == 0100000 ? ArchiveRules.Type.FILE : ArchiveRules.Type.OTHER;
    }

    private void admit(ArchiveRules.Entry entry) throws FetchFailedException {
        job.check();
        reject(rules.admit(entry));
    }

    private static void reject(Optional<String> broken) throws FetchFailedException {
        if (broken.isPresent()) {
            throw new FetchFailedException("archive rejected: " + broken.get());
        }
    }

    private void make(ArchiveRules.Entry entry, InputStream content) throws IOException {
        switch (entry.type()) {
            case DIRECTORY -> Places.directory(directory, ArchiveRules.components(entry.name()));
            case FILE -> write(place(entry.name()), content, (entry.mode() & 0111) != 0);
            case SYMBOLIC_LINK -> Files.createSymbolicLink(place(entry.name()), Path.of(entry.target()));
            case HARD_LINK -> link(entry);
            case OTHER -> throw new AssertionError("admitted " + entry);
        }
    }

    private void link(ArchiveRules.Entry entry) throws IOException {
        var target = Places.existing(directory, ArchiveRules.components(entry.target()));
        if (!Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)) {
            reject(Optional.of("entry '" + entry.name() + "' is a link to what is no file of the archive"));
        }
        var place = place(entry.name());
        if (!place.equals(target)) {
            Files.createLink(place, target);
        }
    }

    private Path place(String name) throws IOException {
        return Places.vacant(directory, ArchiveRules.components(name));
    }

    private void write(Path place, InputStream content, boolean executable) throws IOException {
        try (var out = Places.create(place, executable)) {
            var buffer = new byte[BUFFER_BYTES];
            for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
                job.use(count);
                reject(rules.grow(count));
                out.write(buffer, 0, count);
            }
        }
    }

    /** Limits how much the tar reader takes for itself between two entries' contents. */
    private static final class Metered extends InputStream {
        private final InputStream in;
        private long left;

        private Metered(InputStream in) {
            this.in = in;
        }

        void allow(long bytes) {
            left = bytes;
        }

        private int count(int bytes) throws IOException {
            left -= Math.max(0, bytes);
            if (left < 0) {
                throw new FetchFailedException(
                        "archive rejected: an entry with more than " + MAX_HEADER_BYTES + " bytes of headers");
            }
            return bytes;
        }

        @Override
        public int read() throws IOException {
            int value = in.read();
            count(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            return count(in.read(bytes, from, length));
        }

        @Override
        public int available() throws IOException {
            return in.available();
        }
    }
}
