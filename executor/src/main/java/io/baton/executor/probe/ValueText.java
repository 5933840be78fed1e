package io.baton.executor.probe;

import io.baton.v1.Value;
import java.util.Arrays;
import java.util.regex.Pattern;

/** One value as operators write it: {@code 4}, {@code [31000-32000,33000]}, <code>{a,b}</code>, or else text. */
final class ValueText {
    private static final Pattern NUMBER = Pattern.compile("[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?");
    private static final Pattern RANGE = Pattern.compile("([0-9]{1,18})(?:\\s*-\\s*([0-9]{1,18}))?");

    private ValueText() {}

    static Value parse(String text) {
        var trimmed = text.strip();
        if (trimmed.isEmpty()) {
            throw new IllegalArgumentException("the value is missing");
        }
        if (trimmed.startsWith("[")) {
            return ranges(inside(trimmed, ']'));
        }
        if (trimmed.startsWith("{")) {
            return set(inside(trimmed, '}'));
        }
        if (NUMBER.matcher(trimmed).matches()) {
            return Value.newBuilder()
                    .setType(Value.Type.SCALAR)
                    .setScalar(Value.Scalar.newBuilder().setValue(Double.parseDouble(trimmed)))
                    .build();
        }
        return Value.newBuilder()
                .setType(Value.Type.TEXT)
                .setText(Value.Text.newBuilder().setValue(trimmed))
                .build();
    }

    private static String inside(String text, char close) {
        if (text.charAt(text.length() - 1) != close) {
            throw new IllegalArgumentException("'" + text + "' does not end with '" + close + "'");
        }
        return text.substring(1, text.length() - 1);
    }

    private static Value ranges(String text) {
        var out = Value.Ranges.newBuilder();
        for (var part : text.split(",", -1)) {
            if (text.isBlank()) {
                break;
            }
            var match = RANGE.matcher(part.strip());
            if (!match.matches()) {
                throw new IllegalArgumentException("'" + part.strip() + "' is not a range such as 31000-32000");
            }
            long begin = Long.parseLong(match.group(1));
            long end = match.group(2) == null ? begin : Long.parseLong(match.group(2));
            if (end < begin) {
                throw new IllegalArgumentException("the range " + begin + "-" + end + " ends before it begins");
            }
            out.addRange(Value.Range.newBuilder().setBegin(begin).setEnd(end));
        }
        return Value.newBuilder().setType(Value.Type.RANGES).setRanges(out).build();
    }

    private static Value set(String text) {
        var out = Value.Set.newBuilder();
        Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(s -> !s.isEmpty())
                .forEach(out::addItem);
        return Value.newBuilder().setType(Value.Type.SET).setSet(out).build();
    }
}
