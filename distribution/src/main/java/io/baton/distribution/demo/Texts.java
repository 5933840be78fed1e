package io.baton.distribution.demo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Real text to count in: the host's licences, and our own. */
final class Texts {
    private static final List<String> LICENCES = List.of("/usr/share/common-licenses");
    private static final String OWN = "META-INF/LICENSE";

    private Texts() {}

    /** All there is, in a fixed order, files apart by an empty line. Never empty. */
    static byte[] read(Path home) throws IOException {
        var text = new ByteArrayOutputStream();
        for (var directory : LICENCES) {
            add(Path.of(directory), text);
        }
        add(home.resolve("LICENSE"), text);
        if (text.size() == 0) {
            try (var own = Texts.class.getClassLoader().getResourceAsStream(OWN)) {
                if (own == null) {
                    throw new IOException("no text was found: neither " + LICENCES + " nor " + home.resolve("LICENSE"));
                }
                own.transferTo(text);
            }
        }
        return text.toByteArray();
    }

    private static void add(Path path, ByteArrayOutputStream text) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> files = Files.walk(path)) {
            for (var file : files.sorted().toList()) {
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.isReadable(file)) {
                    text.write(Files.readAllBytes(file));
                    text.write('\n');
                }
            }
        }
    }
}
