package io.baton.distribution.node;

import io.baton.v1.VersionInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Properties;

/** Which build this is. */
final class Version {
    /** Digits and dots only: some clients read each part as a number. */
    static final String DIGITS = digits(Version.class.getPackage().getImplementationVersion());

    /** With the time of the build, which is that of its sources: the same sources make the same build. */
    static final VersionInfo INFO = info(DIGITS, built());

    private Version() {}

    static String digits(String version) {
        return version == null ? "0.1.0" : version.replaceFirst("[^0-9.].*", "");
    }

    static VersionInfo info(String digits, Instant built) {
        return VersionInfo.newBuilder()
                .setVersion(digits)
                .setBuildDate(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'")
                        .withZone(ZoneOffset.UTC)
                        .format(built))
                .setBuildTime(built.getEpochSecond())
                .setBuildUser("baton")
                .build();
    }

    private static Instant built() {
        var build = new Properties();
        try (var file = Version.class.getResourceAsStream("build.properties")) {
            build.load(file);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        return Instant.parse(build.getProperty("time"));
    }
}
