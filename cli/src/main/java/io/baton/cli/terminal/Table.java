package io.baton.cli.terminal;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Aligned columns without borders, heads in capitals. */
public final class Table {
    private static final String GAP = "   ";

    private final List<String> heads;
    private final List<List<String>> rows = new ArrayList<>();

    /** A table with these columns. */
    public Table(List<String> heads) {
        this.heads = List.copyOf(heads);
    }

    /** One more row, a cell for each column; empty cells are shown as {@code -}. */
    public void add(List<String> cells) {
        if (cells.size() != heads.size()) {
            throw new IllegalArgumentException(cells.size() + " cells for the columns " + heads);
        }
        rows.add(cells.stream().map(c -> c.isEmpty() ? "-" : Shown.text(c)).toList());
    }

    /** Writes heads and rows, in the order they were added. */
    public void write(PrintStream out, boolean colour) {
        var widths = new int[heads.size()];
        measure(heads, widths);
        rows.forEach(row -> measure(row, widths));
        out.println(line(heads, widths, false));
        rows.forEach(row -> out.println(line(row, widths, colour)));
    }

    private static void measure(List<String> cells, int[] widths) {
        for (var i = 0; i < widths.length; i++) {
            widths[i] = Math.max(widths[i], width(cells.get(i)));
        }
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }

    private String line(List<String> cells, int[] widths, boolean colour) {
        var line = new StringBuilder();
        for (var i = 0; i < widths.length; i++) {
            var cell = cells.get(i);
            line.append(colour && heads.get(i).equals("STATE") ? StateColour.paint(cell) : cell);
            if (i < widths.length - 1) {
                line.append(" ".repeat(widths[i] - width(cell))).append(GAP);
            }
        }
        return line.toString();
    }
}
