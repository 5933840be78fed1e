package io.baton.systemtests.transcripts;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** What an answer in JSON has of fields, whatever stands in them. */
final class Shape {
    private Shape() {}

    /**
     * The paths of all values with their kinds, such as {@code /frameworks/[]/id STRING}.
     *
     * @param plain makes names equal that differ only in ids
     */
    static Set<String> of(JsonNode json, UnaryOperator<String> plain) {
        var out = new TreeSet<String>();
        add(json, "", plain, out);
        return out;
    }

    private static void add(JsonNode node, String path, UnaryOperator<String> plain, Set<String> out) {
        out.add(path + " " + node.getNodeType());
        if (node.isArray()) {
            var parts = node.elements();
            while (parts.hasNext()) {
                add(parts.next(), path + "/[]", plain, out);
            }
        } else if (node.isObject()) {
            node.fields().forEachRemaining(f -> add(f.getValue(), path + "/" + plain.apply(f.getKey()), plain, out));
        }
    }
}
