package io.baton.systemtests.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One page, as far as its promises go: links, anchors and code.
 *
 * @param lines of the whole file
 */
record Markdown(Path file, List<String> lines) {
    private static final String FENCE = "```";
    private static final Pattern LINK = Pattern.compile("]\\(([^()\\s]*(?:\\([^()\\s]*\\)[^()\\s]*)*)\\)");
    private static final Pattern HEADING = Pattern.compile("#{1,6} +(.*)");

    /**
     * A block of code.
     *
     * @param above the line before it; empty at the beginning of the page
     * @param language empty if none is given
     */
    record Code(String above, String language, List<String> lines) {}

    static Markdown read(Path file) {
        try {
            return new Markdown(file, Files.readAllLines(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Targets of all links, in order; those in code are not links. */
    List<String> links() {
        var links = new ArrayList<String>();
        for (var line : prose()) {
            var matcher = LINK.matcher(line.replaceAll("`[^`]*`", "`"));
            while (matcher.find()) {
                links.add(matcher.group(1));
            }
        }
        return links;
    }

    /** What links to headings of this page can name: lower case, blanks as hyphens, other signs left out. */
    Set<String> anchors() {
        var anchors = new LinkedHashSet<String>();
        for (var line : prose()) {
            var matcher = HEADING.matcher(line);
            if (matcher.matches()) {
                anchors.add(matcher.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'));
            }
        }
        return anchors;
    }

    List<Code> code() {
        var blocks = new ArrayList<Code>();
        Code open = null;
        var above = "";
        for (var line : lines) {
            if (line.startsWith(FENCE) && open == null) {
                open = new Code(above, line.substring(FENCE.length()).strip(), new ArrayList<>());
            } else if (line.startsWith(FENCE)) {
                blocks.add(open);
                open = null;
            } else if (open != null) {
                open.lines().add(line);
            }
            above = line;
        }
        return blocks;
    }

    private List<String> prose() {
        var prose = new ArrayList<String>();
        boolean code = false;
        for (var line : lines) {
            if (line.startsWith(FENCE)) {
                code = !code;
            } else if (!code) {
                prose.add(line);
            }
        }
        return prose;
    }
}
