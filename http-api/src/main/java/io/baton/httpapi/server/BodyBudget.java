package io.baton.httpapi.server;

import com.google.protobuf.Descriptors.Descriptor;
import io.baton.protocol.codec.Encoding;
import io.baton.protocol.codec.MessageParts;

/**
 * What the bodies of requests may take of a process's memory: one of them when it is read, and all that are under way
 * together, with what becomes of them. A body is under way from its first bytes until its request is answered, or somebody
 * inside has had it for a while. Who comes when there is no room is told to try again.
 *
 * <p>Safe for threads.
 */
public final class BodyBudget {
    /** Of this process: by its heap. */
    public static final BodyBudget OF_PROCESS =
            new BodyBudget(Runtime.getRuntime().maxMemory());

    /** Most messages and elements of lists in one body, however large the heap is. */
    static final int MOST_PARTS = 1_000_000;

    /** Each KiB of the heap lets a body have one part more: those of one body take an eighth of it. */
    private static final int HEAP_FOR_PART = 1024;

    /** All bodies together take at most this part of the heap. */
    private static final int PART_OF_HEAP = 4;

    /** A body of so few bytes always has room: most calls are shorter by far. */
    private static final long SMALL = 16 * 1024;

    private final long most;
    private final long parts;
    private long taken;

    /** @param heap all that there is */
    public BodyBudget(long heap) {
        this.most = heap / PART_OF_HEAP;
        this.parts = Math.min(MOST_PARTS, heap / HEAP_FOR_PART);
    }

    /** Most messages and elements of lists in one body. */
    public long parts() {
        return parts;
    }

    /** Of how many parts a body is, about, and no more than it may have: what has more is refused anyhow. */
    public long partsOf(Encoding encoding, byte[] body, Descriptor type) {
        return encoding == Encoding.JSON ? partsOfJson(body) : Math.min(parts, MessageParts.count(body, type, parts));
    }

    /** The same of JSON: each but the first of something stands behind a comma, or within braces of its own. */
    long partsOfJson(byte[] body) {
        long count = 0;
        for (byte b : body) {
            count += b == '{' || b == ',' ? 1 : 0;
        }
        return Math.min(parts, count);
    }

    /** The same of a form, of which two values may be JSON: there it may be percent-encoded. */
    long partsOfForm(byte[] body) {
        long count = 0;
        for (int i = 0; i < body.length; i++) {
            boolean encoded = body[i] == '%' && i + 2 < body.length;
            int b = encoded ? Character.digit(body[i + 1], 16) * 16 + Character.digit(body[i + 2], 16) : body[i];
            count += b == '{' || b == ',' ? 1 : 0;
        }
        return Math.min(2 * parts, count);
    }

    /** How much bodies take now. */
    public synchronized long taken() {
        return taken;
    }

    /** A body that comes. */
    public Share share() {
        return new Share();
    }

    /** What one body takes. */
    public final class Share {
        private long mine;
        private boolean over;

        /**
         * It takes more.
         *
         * @return whether there is room; for one alone there always is, since each has limits of its own
         */
        boolean takes(long bytes) {
            synchronized (BodyBudget.this) {
                return holds(mine + bytes);
            }
        }

        /** As {@link #takes}, of what it takes now in all, which may be less than before: for that there always is room. */
        public boolean holds(long bytes) {
            synchronized (BodyBudget.this) {
                long others = taken - charged(mine);
                long next = charged(bytes);
                if (over || (bytes > mine && next > 0 && others > 0 && others + next > most)) {
                    return over;
                }
                mine = bytes;
                taken = others + next;
                return true;
            }
        }

        /** Its text is about to become so many parts at most. */
        boolean takesParts(long count) {
            return takes(count * MessageParts.BYTES);
        }

        /** It is no more. A second call does nothing. */
        public void over() {
            synchronized (BodyBudget.this) {
                if (!over) {
                    over = true;
                    taken -= charged(mine);
                }
            }
        }

        /** Whether it takes anything that others may lack. */
        boolean counts() {
            synchronized (BodyBudget.this) {
                return !over && charged(mine) > 0;
            }
        }
    }

    private static long charged(long bytes) {
        return bytes <= SMALL ? 0 : bytes;
    }
}
