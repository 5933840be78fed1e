package io.baton.httpapi.codec;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.pekko.util.ByteString;
import org.apache.pekko.util.ByteStringBuilder;

/**
 * Writes long lists that are written again and again with few changes: in pieces of some elements, each kept while its
 * elements are the same objects, in the same order. So the cost of a list follows what has changed in it.
 *
 * <p>Where a piece ends depends on its last element alone: what comes or goes changes one piece and moves no other.
 *
 * @param <T> does not change
 */
public final class Pieces<T> {
    /** Elements of a piece on average; a power of two. */
    private static final int MEAN = 32;

    /** Most elements of a piece. */
    static final int LONGEST = 8 * MEAN;

    private static final String COMMA = ",";

    private static final class Piece {
        private final Object[] elements;
        private final ByteString bytes;
        private boolean used = true;

        /** @param bytes with a separator before the first element */
        Piece(Object[] elements, ByteString bytes) {
            this.elements = elements;
            this.bytes = bytes;
        }

        boolean is(List<?> list, int from, int to) {
            if (elements.length != to - from) {
                return false;
            }
            for (int i = from; i < to; i++) {
                if (list.get(i) != elements[i - from]) {
                    return false;
                }
            }
            return true;
        }
    }

    private final Function<List<T>, ByteString> writer;
    private final ByteString separator;
    private final long mostKeptBytes;
    private final Map<Object, Piece> byFirst = new IdentityHashMap<>();
    private long keptBytes;

    /**
     * Of JSON, with commas between elements.
     *
     * @param mostKeptBytes of all pieces together; what is beyond is written anew each time
     */
    public Pieces(BiConsumer<JsonText, T> writer, long mostKeptBytes) {
        this(elements -> JsonText.elements(elements, writer), COMMA, mostKeptBytes);
    }

    /**
     * Of anything.
     *
     * @param writer of some elements with the separators between them
     * @param separator ASCII; may be empty
     * @param mostKeptBytes of all pieces together; what is beyond is written anew each time
     */
    public Pieces(Function<List<T>, ByteString> writer, String separator, long mostKeptBytes) {
        this.writer = writer;
        this.separator = ByteString.fromString(separator);
        this.mostKeptBytes = mostKeptBytes;
    }

    /** The list without anything before and after it. */
    public synchronized ByteString written(List<T> list) {
        var out = new ByteStringBuilder();
        int to;
        for (int from = 0; from < list.size(); from = to) {
            to = end(list, from);
            var bytes = piece(list, from, to).bytes;
            out.append(from == 0 ? bytes.drop(separator.size()) : bytes);
        }
        return out.result();
    }

    /** Forgets the pieces that were not used since this was called before. */
    public synchronized void forgetUnused() {
        keptBytes = 0;
        for (var pieces = byFirst.values().iterator(); pieces.hasNext(); ) {
            var piece = pieces.next();
            if (piece.used) {
                piece.used = false;
                keptBytes += piece.bytes.size();
            } else {
                pieces.remove();
            }
        }
    }

    private static int end(List<?> list, int from) {
        int last = Math.min(list.size(), from + LONGEST);
        for (int i = from; i < last; i++) {
            if (System.identityHashCode(list.get(i)) % MEAN == 0) {
                return i + 1;
            }
        }
        return last;
    }

    private Piece piece(List<T> list, int from, int to) {
        var kept = byFirst.get(list.get(from));
        if (kept != null && kept.is(list, from, to)) {
            kept.used = true;
            return kept;
        }
        var elements = list.subList(from, to);
        var bytes = separator.concat(writer.apply(elements)).compact();
        var piece = new Piece(elements.toArray(), bytes);
        if (keptBytes + bytes.size() <= mostKeptBytes) {
            keptBytes += bytes.size();
            byFirst.put(list.get(from), piece);
        }
        return piece;
    }
}
