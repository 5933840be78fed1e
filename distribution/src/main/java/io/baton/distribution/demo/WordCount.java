package io.baton.distribution.demo;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Counting words by map and reduce: what each task runs, and the same count made here to check them by.
 *
 * <p>A word is a run of the letters a to z, in either case, of at least two; everything else separates. Map tasks count
 * the words of one piece of text each, into one file for each reduce task; which reduce task a word goes to is said by
 * its first letter. Pure.
 */
final class WordCount {
    private static final int LEAST_LETTERS = 2;

    private WordCount() {}

    /** A word and how often it was met. */
    record Count(String word, long times) {}

    /** The words of a text. */
    static SortedMap<String, Long> count(byte[] text) {
        var counts = new TreeMap<String, Long>();
        var word = new StringBuilder();
        for (var i = 0; i <= text.length; i++) {
            var letter = i < text.length ? letter(text[i]) : 0;
            if (letter != 0) {
                word.append(letter);
            } else if (word.length() > 0) {
                if (word.length() >= LEAST_LETTERS) {
                    counts.merge(word.toString(), 1L, Long::sum);
                }
                word.setLength(0);
            }
        }
        return counts;
    }

    private static char letter(byte b) {
        if (b >= 'a' && b <= 'z') {
            return (char) b;
        }
        return b >= 'A' && b <= 'Z' ? (char) (b - 'A' + 'a') : 0;
    }

    static void add(SortedMap<String, Long> more, SortedMap<String, Long> into) {
        more.forEach((word, times) -> into.merge(word, times, Long::sum));
    }

    /** What tasks have written: lines of a number, blanks and a word, as {@code uniq -c} makes them. */
    static SortedMap<String, Long> parse(byte[] lines) {
        var counts = new TreeMap<String, Long>();
        for (var line : new String(lines, StandardCharsets.US_ASCII).split("\n")) {
            if (!line.isBlank()) {
                var parts = line.strip().split("\\s+");
                if (parts.length != 2) {
                    throw new IllegalArgumentException("not a count and a word: '" + line + "'");
                }
                counts.merge(parts[1], Long.parseLong(parts[0]), Long::sum);
            }
        }
        return counts;
    }

    /** The most frequent words; of equally frequent ones the first of the alphabet. */
    static List<Count> top(SortedMap<String, Long> counts, int most) {
        return counts.entrySet().stream()
                .map(e -> new Count(e.getKey(), e.getValue()))
                .sorted(Comparator.comparingLong(Count::times).reversed().thenComparing(Count::word))
                .limit(most)
                .toList();
    }

    /** Where two counts differ, a few words of it; none if they are equal. */
    static List<String> differences(SortedMap<String, Long> expected, SortedMap<String, Long> found) {
        var words = new TreeMap<String, Long>(expected);
        words.putAll(found);
        var out = new ArrayList<String>();
        for (var word : words.keySet()) {
            long wanted = expected.getOrDefault(word, 0L);
            long got = found.getOrDefault(word, 0L);
            if (wanted != got) {
                out.add(word + ": " + got + " instead of " + wanted);
            }
        }
        return out;
    }

    /** Where to cut a text so that no word is torn: parts of about equal size, not more than asked for. */
    static List<byte[]> pieces(byte[] text, int most) {
        var pieces = new ArrayList<byte[]>();
        var from = 0;
        for (var i = 1; i <= most && from < text.length; i++) {
            var to = i == most ? text.length : Math.max(from, (int) ((long) text.length * i / most));
            while (to < text.length && letter(text[to]) != 0) {
                to++;
            }
            if (to > from) {
                pieces.add(java.util.Arrays.copyOfRange(text, from, to));
                from = to;
            }
        }
        return pieces;
    }

    /** The letters that each of so many reduce tasks gets: an equal share of the alphabet. */
    static List<String> letters(int reducers) {
        var shares = new ArrayList<String>();
        for (var i = 0; i < reducers; i++) {
            var first = (char) ('a' + 26 * i / reducers);
            var last = (char) ('a' + 26 * (i + 1) / reducers - 1);
            shares.add(first + "-" + last);
        }
        return shares;
    }

    /**
     * The line of sh of one map task: counts its piece, then shares the counts out to the reducers.
     *
     * <p>{@code $SHARED} is the directory of {@code in}, {@code map} and {@code out}. {@code grep} ends with 1 where it
     * finds nothing, which is no failure here.
     */
    static String mapLine(int piece, List<String> letters) {
        var line = new StringBuilder("set -e; LC_ALL=C; export LC_ALL; tr -cs 'A-Za-z' '\\n' <\"$SHARED/in/" + piece
                + "\" | tr A-Z a-z | grep '..' | sort | uniq -c >counts");
        for (var i = 0; i < letters.size(); i++) {
            line.append("; grep \" [")
                    .append(letters.get(i))
                    .append("][a-z]*$\" counts >\"$SHARED/map/")
                    .append(i)
                    .append('-')
                    .append(piece)
                    .append("\" || true");
        }
        return line.toString();
    }

    /** The line of sh of one reduce task: adds up what the map tasks have left for it. */
    static String reduceLine(int reducer) {
        return "set -e; LC_ALL=C; export LC_ALL; cat \"$SHARED\"/map/" + reducer
                + "-* | awk '{ sum[$2] += $1 } END { for (word in sum) print sum[word], word }' | sort"
                + " >\"$SHARED/out/" + reducer + "\"";
    }

    /** All words, however often. */
    static long total(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
