package io.baton.executor.download;

import io.baton.executor.fetch.Checksum;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What fetched files hold, read piece by piece so that a job can be stopped between two. */
final class Content {
    private static final int BUFFER_BYTES = 65_536;

    private Content() {}

    /** Writes all of it. */
    static void copy(InputStream in, OutputStream out, FetchJob job) throws IOException {
        var buffer = new byte[BUFFER_BYTES];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            job.use(count);
            out.write(buffer, 0, count);
        }
    }

    /** Writes all of it once more, which takes nothing of what the job may use. */
    static void keep(InputStream in, OutputStream out, FetchJob job) throws IOException {
        var buffer = new byte[BUFFER_BYTES];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            job.check();
            out.write(buffer, 0, count);
        }
    }

    /** What a file adds up to, as hexadecimal digits in small letters. */
    static String sum(Path file, Checksum kind, FetchJob job) throws IOException {
        var digest = digest(kind);
        job.workLocally();
        try (var in = Files.newInputStream(file)) {
            var buffer = new byte[BUFFER_BYTES];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                job.check();
                digest.update(buffer, 0, count);
            }
        } finally {
            job.listenAgain(System.nanoTime());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest digest(Checksum kind) {
        try {
            return MessageDigest.getInstance(kind.javaName());
        } catch (NoSuchAlgorithmException missing) {
            throw new AssertionError("every JDK has " + kind.javaName(), missing);
        }
    }

    /** Refuses a file that is not what was asked for. */
    static void verify(Path file, Checksum wanted, FetchJob job) throws IOException {
        var sum = sum(file, wanted, job);
        if (!sum.equals(wanted.hex())) {
            throw new FetchFailedException("its " + wanted.algorithm() + " is " + sum + ", not " + wanted.hex()
                    + " as the URI's checksum says: it was changed, or the checksum is of another file");
        }
    }
}
