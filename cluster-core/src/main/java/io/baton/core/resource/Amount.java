package io.baton.core.resource;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** How much of one resource: a number, ranges of numbers, or a set of words. Never empty inside {@link Resources}. */
sealed interface Amount {
    boolean isEmpty();

    boolean contains(Amount other);

    Amount plus(Amount other);

    /** What is left when the other is taken away; parts of it that are not here count for nothing. */
    Amount minus(Amount other);

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

        double value() {
            return millis / 1000.0;
        }

        @Override
        public String toString() {
            return millis % 1000 == 0 ? Long.toString(millis / 1000) : Double.toString(value());
        }
    }

    /** Both ends included. */
    record Range(long begin, long end) {}

    /** Disjoint ranges in ascending order, neighbours merged. */
    record Ranges(List<Range> ranges) implements Amount {
        public Ranges {
            ranges = merged(ranges);
        }

        private static List<Range> merged(List<Range> ranges) {
            var sorted = new ArrayList<>(ranges);
            sorted.sort((a, b) -> Long.compare(a.begin, b.begin));
            var out = new ArrayList<Range>(sorted.size());
            for (var range : sorted) {
                var last = out.isEmpty() ? null : out.get(out.size() - 1);
                if (last != null && range.begin <= last.end + 1) {
                    out.set(out.size() - 1, new Range(last.begin, Math.max(last.end, range.end)));
                } else {
                    out.add(range);
                }
            }
            return Collections.unmodifiableList(out);
        }

        @Override
        public boolean isEmpty() {
            return ranges.isEmpty();
        }

        @Override
        public boolean contains(Amount other) {
            return other instanceof Ranges r
                    && r.ranges.stream().allMatch(wanted -> ranges.stream()
                            .anyMatch(mine -> mine.begin <= wanted.begin && wanted.end <= mine.end));
        }

        @Override
        public Amount plus(Amount other) {
            var all = new ArrayList<>(ranges);
            all.addAll(((Ranges) other).ranges);
            return new Ranges(all);
        }

        @Override
        public Amount minus(Amount other) {
            List<Range> left = ranges;
            for (var cut : ((Ranges) other).ranges) {
                var next = new ArrayList<Range>(left.size() + 1);
                for (var range : left) {
                    if (cut.end < range.begin || range.end < cut.begin) {
                        next.add(range);
                        continue;
                    }
                    if (range.begin < cut.begin) {
                        next.add(new Range(range.begin, cut.begin - 1));
                    }
                    if (cut.end < range.end) {
                        next.add(new Range(cut.end + 1, range.end));
                    }
                }
                left = next;
            }
            return new Ranges(left);
        }

        @Override
        public String toString() {
            return ranges.stream().map(r -> r.begin + "-" + r.end).collect(Collectors.joining(", ", "[", "]"));
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
        public String toString() {
            return String.join(", ", words).transform(all -> "{" + all + "}");
        }
    }
}
