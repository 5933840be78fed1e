package io.baton.distribution.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The keys that a file of settings gives twice, of which the last one counts: seldom what somebody meant. Sections may come
 * in pieces, and a value may be made of the one before it ({@code a = ${a} [x]}, {@code a += x}).
 *
 * <p>Pure. Reads HOCON as far as that needs; what it does not understand it passes over.
 */
final class GivenTwice {
    /** A key, and where it is given first and last. */
    record Key(String path, int first, int again) {
        @Override
        public String toString() {
            return path + " is given in line " + first + " and again in line " + again + ", which counts";
        }
    }

    private static final int END = -1;

    private final String text;
    private final Map<String, Integer> given = new HashMap<>();
    private final List<Key> twice = new ArrayList<>();
    private int at;
    private int line = 1;

    private GivenTwice(String text) {
        this.text = text;
    }

    /** In their order. */
    static List<Key> in(String text) {
        var reading = new GivenTwice(text);
        while (reading.peek() != END) {
            reading.section("");
            reading.next(); // A brace too many, or the one that ends the whole.
        }
        return List.copyOf(reading.twice);
    }

    private int peek() {
        return at < text.length() ? text.charAt(at) : END;
    }

    private boolean ahead(String what) {
        return text.startsWith(what, at);
    }

    private int next() {
        int c = peek();
        at += c == END ? 0 : 1;
        line += c == '\n' ? 1 : 0;
        return c;
    }

    private boolean comment() {
        if (peek() != '#' && !ahead("//")) {
            return false;
        }
        while (peek() != '\n' && peek() != END) {
            next();
        }
        return true;
    }

    /** Up to the brace that ends it, or the end of the text. */
    private void section(String above) {
        while (peek() != END && peek() != '}') {
            if (Character.isWhitespace(peek()) || peek() == ',' || peek() == '{') {
                int c = next();
                if (c == '{') {
                    section(above); // The braces around the whole.
                    next();
                }
            } else if (!comment()) {
                field(above);
            }
        }
    }

    private void field(String above) {
        int begun = line;
        var name = new StringBuilder();
        while (peek() != END && "=:{}\n,".indexOf(peek()) < 0 && !ahead("+=")) {
            name.append(peek() == '"' ? quoted() : String.valueOf((char) next()));
        }
        var path = above + name.toString().strip();
        boolean adds = ahead("+=");
        boolean separated = false;
        while (peek() == '=' || peek() == ':' || peek() == '+' || separated && Character.isWhitespace(peek())) {
            next();
            separated = true;
        }
        if (peek() == '{') {
            next();
            section(path + ".");
            next();
            return;
        }
        int from = at;
        value();
        if (path.isEmpty() || name.toString().startsWith("include ")) {
            return;
        }
        var before = given.put(path, begun);
        if (before != null && !adds && !text.substring(from, at).contains("${")) {
            twice.add(new Key(path, before, begun));
        }
    }

    private String quoted() {
        int from = at;
        if (ahead("\"\"\"")) {
            int end = text.indexOf("\"\"\"", at + 3);
            int to = end < 0 ? text.length() : end + 3;
            while (at < to) {
                next();
            }
        } else {
            next();
            while (peek() != '"' && peek() != '\n' && peek() != END) {
                if (next() == '\\') {
                    next();
                }
            }
            next();
        }
        return text.substring(from, at);
    }

    /** A list, or what stands up to the end of the line, a comma or a brace. */
    private void value() {
        int depth = 0;
        while (peek() != END && (depth > 0 || "\n,}".indexOf(peek()) < 0)) {
            if (peek() == '"') {
                quoted();
            } else if (!comment()) {
                int c = next();
                depth += c == '[' || c == '{' ? 1 : c == ']' || c == '}' ? -1 : 0;
            }
        }
    }
}
