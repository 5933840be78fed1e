package io.baton.cli.terminal;

import java.util.Locale;

/** Single values as text. */
public final class Shown {
    private static final double MB_PER_GB = 1_024;

    private Shown() {}

    /**
     * Text from elsewhere, harmless for a terminal: control characters, and those that change the direction of text or
     * are invisible, are written as escapes.
     */
    public static String text(String raw) {
        StringBuilder safe = null;
        for (var i = 0; i < raw.length(); ) {
            var point = raw.codePointAt(i);
            var length = Character.charCount(point);
            if (unsafe(point)) {
                if (safe == null) {
                    safe = new StringBuilder(raw.length() + 16).append(raw, 0, i);
                }
                safe.append(escape(point));
            } else if (safe != null) {
                safe.appendCodePoint(point);
            }
            i += length;
        }
        return safe == null ? raw : safe.toString();
    }

    private static boolean unsafe(int point) {
        if (point < 0x7f) {
            return point < ' ';
        }
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE -> true;
            default -> false;
        };
    }

    private static String escape(int point) {
        return switch (point) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> point > 0xffff ? String.format("\\U%08x", point) : String.format("\\u%04x", point);
        };
    }

    /** A duration of so many seconds as its two largest units: {@code 3m12s}. */
    public static String age(long seconds) {
        if (seconds < 60) {
            return Math.max(0, seconds) + "s";
        }
        var minutes = seconds / 60;
        if (minutes < 60) {
            return pair(minutes, "m", seconds % 60, "s");
        }
        var hours = minutes / 60;
        return hours < 24 ? pair(hours, "h", minutes % 60, "m") : pair(hours / 24, "d", hours % 24, "h");
    }

    private static String pair(long large, String largeUnit, long small, String smallUnit) {
        return small == 0 ? large + largeUnit : large + largeUnit + small + smallUnit;
    }

    /** An amount without needless digits: {@code 2}, {@code 0.5}. */
    public static String amount(double value) {
        var rounded = Math.round(value * 1_000) / 1_000.0;
        if (rounded == Math.rint(rounded) && Math.abs(rounded) < 1e15) {
            return Long.toString((long) rounded);
        }
        var text = String.format(Locale.ROOT, "%.3f", rounded);
        var end = text.length();
        while (text.charAt(end - 1) == '0') {
            end--;
        }
        return text.substring(0, end);
    }

    /** Megabytes: {@code 64M}, {@code 7.5G}. */
    public static String megabytes(double megabytes) {
        if (megabytes < MB_PER_GB) {
            return amount(megabytes) + "M";
        }
        return amount(Math.round(megabytes / MB_PER_GB * 10) / 10.0) + "G";
    }
}
