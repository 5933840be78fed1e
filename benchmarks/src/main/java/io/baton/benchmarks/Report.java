package io.baton.benchmarks;

import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The figures of one benchmark: a row for each, or one JSON object
 * {@code {"bench": name, "figures": {figure: number}, "conditions": {…}}}. Figure names stay the same over time.
 */
final class Report {
    /**
     * @param n how many measurements are behind it
     */
    private record Figure(String name, double value, String unit, long n) {}

    private final String bench;
    private final List<Figure> figures = new ArrayList<>();
    private final Map<String, String> conditions = new LinkedHashMap<>();

    Report(String bench) {
        this.bench = bench;
        condition("jdk", System.getProperty("java.version"));
        condition("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
        condition("heap_mb", Long.toString(Runtime.getRuntime().maxMemory() >> 20));
    }

    Report figure(String name, double value, String unit, long n) {
        figures.add(new Figure(name, value, unit, n));
        return this;
    }

    Report condition(String name, String value) {
        conditions.put(name, value);
        return this;
    }

    void print(PrintStream out, boolean json) {
        if (json) {
            out.println(toJson());
            return;
        }
        int width = figures.stream().mapToInt(f -> f.name.length()).max().orElse(0);
        for (var f : figures) {
            out.printf(Locale.ROOT, "%-" + width + "s  %12s  %-10s  n=%d%n", f.name, number(f.value), f.unit, f.n);
        }
        conditions.forEach((name, value) -> out.println("# " + name + ": " + value));
    }

    private String toJson() {
        var out = new StringBuilder("{\"bench\": ").append(quoted(bench)).append(", \"figures\": {");
        for (int i = 0; i < figures.size(); i++) {
            out.append(i == 0 ? "" : ", ")
                    .append(quoted(figures.get(i).name))
                    .append(": ")
                    .append(number(figures.get(i).value));
        }
        out.append("}, \"conditions\": {");
        int i = 0;
        for (var e : conditions.entrySet()) {
            out.append(i++ == 0 ? "" : ", ")
                    .append(quoted(e.getKey()))
                    .append(": ")
                    .append(quoted(e.getValue()));
        }
        return out.append("}}").toString();
    }

    private static String number(double value) {
        return new BigDecimal(value, new MathContext(4)).stripTrailingZeros().toPlainString();
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
