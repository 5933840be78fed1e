package io.baton.core.resource;

import java.util.Arrays;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/** How much of one resource: a number, ranges of numbers, a set of words, or copies of a shared one. */
sealed interface Amount {
    boolean isEmpty();

    boolean contains(Amount other);

    Amount plus(Amount other);

    /** What is left when the other is taken away; parts of it that are not here count for nothing. */
    Amount minus(Amount other);

    /** Whether their sum is less than both one after the other. */
    default boolean overlaps(Amount other) {
        return false;
    }

    /** As a number in thousandths, 0 if it is none; a shared resource counts once however many copies are held. */
    default long scalarMillis() {
        return 0;
    }

    /** A number in thousandths: Mesos computes with three decimal digits, so no sum ever drifts. */
    record Scalar(long millis) implements Amount {
        @Override
        public boolean isEmpty() {
            return millis <= 0;
        }

        @Override
        public boolean contains(Amount other) {
            return other instanceof Scalar s && s.millis <= millis;
        }

        @Override
        public Amount plus(Amount other) {
            return new Scalar(Math.addExact(millis, ((Scalar) other).millis));
        }

        @Override
        public Amount minus(Amount other) {
            return new Scalar(Math.max(0, millis - ((Scalar) other).millis));
        }

        @Override
        public long scalarMillis() {
            return millis;
        }

        double value() {
            return millis / 1000.0;
        }

        @Override
        public String toString() {
            return millis % 1000 == 0 ? Long.toString(millis / 1000) : Double.toString(value());
        }
    }

    /** Disjoint ranges in ascending order, neighbours merged; both ends of a range are included. */
    final class Ranges implements Amount {
        /** Begin and end of the first range, of the second, and so on. */
        private final long[] ends;

        private Ranges(long[] ends) {
            this.ends = ends;
        }

        /** @param ends begin and end of each range, in any order, overlapping or not; taken over */
        static Ranges of(long[] ends) {
            var order = new Integer[ends.length / 2];
            boolean sorted = true;
            for (int i = 0; i < order.length; i++) {
                order[i] = i;
                sorted &= i == 0 || ends[2 * i - 2] <= ends[2 * i];
            }
            if (!sorted) {
                Arrays.sort(order, (a, b) -> Long.compare(ends[2 * a], ends[2 * b]));
            }
            var out = new Gathered(ends.length);
            for (int i : order) {
                out.add(ends[2 * i], ends[2 * i + 1]);
            }
            return out.ranges();
        }

        /** Ranges that arrive in ascending order of their begins. */
        private static final class Gathered {
            private long[] ends;
            private int size;

            Gathered(int capacity) {
                ends = new long[capacity];
            }

            void add(long begin, long end) {
                if (size > 0 && begin <= ends[size - 1] + 1) {
                    ends[size - 1] = Math.max(ends[size - 1], end);
                    return;
                }
                if (size == ends.length) {
                    ends = Arrays.copyOf(ends, Math.max(4, 2 * size));
                }
                ends[size++] = begin;
                ends[size++] = end;
            }

            Ranges ranges() {
                return new Ranges(size == ends.length ? ends : Arrays.copyOf(ends, size));
            }
        }

        int count() {
            return ends.length / 2;
        }

        long begin(int i) {
            return ends[2 * i];
        }

        long end(int i) {
            return ends[2 * i + 1];
        }

        @Override
        public boolean isEmpty() {
            return ends.length == 0;
        }

        @Override
        public boolean contains(Amount other) {
            if (!(other instanceof Ranges wanted)) {
                return false;
            }
            int mine = 0;
            for (int i = 0; i < wanted.count(); i++) {
                while (mine < count() && end(mine) < wanted.begin(i)) {
                    mine++;
                }
                if (mine == count() || begin(mine) > wanted.begin(i) || end(mine) < wanted.end(i)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public Amount plus(Amount other) {
            var added = (Ranges) other;
            var out = new Gathered(ends.length + added.ends.length);
            int mine = 0;
            int theirs = 0;
            while (mine < count() || theirs < added.count()) {
                boolean next = theirs == added.count() || mine < count() && begin(mine) <= added.begin(theirs);
                if (next) {
                    out.add(begin(mine), end(mine++));
                } else {
                    out.add(added.begin(theirs), added.end(theirs++));
                }
            }
            return out.ranges();
        }

        @Override
        public Amount minus(Amount other) {
            var cut = (Ranges) other;
            var out = new Gathered(ends.length + cut.ends.length);
            int next = 0;
            for (int i = 0; i < count(); i++) {
                long from = begin(i);
                while (next < cut.count() && cut.end(next) < from) {
                    next++;
                }
                for (int j = next; j < cut.count() && cut.begin(j) <= end(i); j++) {
                    if (from < cut.begin(j)) {
                        out.add(from, cut.begin(j) - 1);
                    }
                    from = cut.end(j) + 1;
                }
                if (from <= end(i)) {
                    out.add(from, end(i));
                }
            }
            return out.ranges();
        }

        @Override
        public boolean overlaps(Amount other) {
            return other instanceof Ranges && !minus(other).equals(this);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Ranges r && Arrays.equals(ends, r.ends);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(ends);
        }

        @Override
        public String toString() {
            var out = new StringBuilder("[");
            for (int i = 0; i < count(); i++) {
                out.append(i == 0 ? "" : ", ").append(begin(i)).append('-').append(end(i));
            }
            return out.append(']').toString();
        }
    }

    /** Words. */
    record Words(SortedSet<String> words) implements Amount {
        public Words {
            words = Collections.unmodifiableSortedSet(new TreeSet<>(words));
        }

        @Override
        public boolean isEmpty() {
            return words.isEmpty();
        }

        @Override
        public boolean contains(Amount other) {
            return other instanceof Words w && words.containsAll(w.words);
        }

        @Override
        public Amount plus(Amount other) {
            var all = new TreeSet<>(words);
            all.addAll(((Words) other).words);
            return new Words(all);
        }

        @Override
        public Amount minus(Amount other) {
            var left = new TreeSet<>(words);
            left.removeAll(((Words) other).words);
            return new Words(left);
        }

        @Override
        public boolean overlaps(Amount other) {
            return other instanceof Words w && !Collections.disjoint(words, w.words);
        }

        @Override
        public String toString() {
            return String.join(", ", words).transform(all -> "{" + all + "}");
        }
    }

    /** Something that several may hold at the same time, and how often it is held. */
    record Copies(Amount one, int count) implements Amount {
        @Override
        public boolean isEmpty() {
            return count <= 0 || one.isEmpty();
        }

        @Override
        public boolean contains(Amount other) {
            return other instanceof Copies c && c.one.equals(one) && c.count <= count;
        }

        /** @throws IllegalArgumentException if the two are not copies of the same */
        @Override
        public Amount plus(Amount other) {
            if (!(other instanceof Copies c) || !c.one.equals(one)) {
                throw new IllegalArgumentException("one shared resource in two sizes: " + one + " and " + other);
            }
            return new Copies(one, Math.addExact(count, c.count));
        }

        @Override
        public Amount minus(Amount other) {
            return other instanceof Copies c && c.one.equals(one) ? new Copies(one, count - c.count) : this;
        }

        @Override
        public long scalarMillis() {
            return one.scalarMillis();
        }

        @Override
        public String toString() {
            return count == 1 ? one.toString() : one + "<" + count + ">";
        }
    }
}
