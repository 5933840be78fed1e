package io.baton.cli.command;

import com.google.protobuf.Message;
import io.baton.cli.terminal.Shown;
import io.baton.cli.terminal.Table;
import io.baton.cli.terminal.Terminal;
import io.baton.protocol.json.MesosJson;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** How a list is printed. */
final class ListOptions {
    /** The forms of a list. */
    enum Form {
        /** Columns. */
        TABLE,
        /** More columns. */
        WIDE,
        /** One object with the messages of the operator API. */
        JSON,
        /** Ids alone. */
        NAME
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            description = "table (default), wide, json, or name: ids alone.")
    private Form form = Form.TABLE;

    @Option(
            names = {"-q", "--quiet"},
            description = "Ids alone, the same as -o name.")
    private boolean quiet;

    @Option(names = "--no-trunc", description = "Ids in full.")
    private boolean whole;

    /** A column: what it is called, and what of an item stands in it. */
    record Column<T>(String head, boolean wideOnly, Function<T, String> cell) {
        static <T> Column<T> of(String head, Function<T, String> cell) {
            return new Column<>(head, false, cell);
        }

        static <T> Column<T> wide(String head, Function<T, String> cell) {
            return new Column<>(head, true, cell);
        }
    }

    /** An id as the user wants to see it. */
    String id(String whole, Function<String, String> shortened) {
        return this.whole ? whole : shortened.apply(whole);
    }

    boolean table() {
        return !quiet && (form == Form.TABLE || form == Form.WIDE);
    }

    /**
     * Prints the items, in their order.
     *
     * @param name of the list in JSON
     * @param id the whole id of an item
     */
    <T extends Message> void print(
            Terminal terminal, String name, List<T> items, Function<T, String> id, List<Column<T>> columns) {
        if (quiet || form == Form.NAME) {
            items.forEach(item -> terminal.out().println(Shown.text(id.apply(item))));
        } else if (form == Form.JSON) {
            terminal.out().println(json(name, items));
        } else {
            var shown = new ArrayList<>(columns);
            shown.removeIf(column -> column.wideOnly() && form != Form.WIDE);
            var table = new Table(shown.stream().map(Column::head).toList());
            items.forEach(item -> table.add(
                    shown.stream().map(column -> column.cell().apply(item)).toList()));
            table.write(terminal.out(), terminal.colour());
        }
    }

    private static <T extends Message> String json(String name, List<T> items) {
        var text = new StringBuilder("{\"").append(name).append("\":[");
        var separator = "\n";
        for (var item : items) {
            text.append(separator).append(MesosJson.text(item));
            separator = ",\n";
        }
        return text.append(items.isEmpty() ? "]}" : "\n]}").toString();
    }
}
