package io.baton.executor.probe;

import io.baton.v1.Attribute;
import java.util.ArrayList;
import java.util.List;

/** Attributes as operators write them: {@code rack:r1;ssd:true;level:3.5;range:[1-5]}. */
public final class AttributesText {
    private AttributesText() {}

    /**
     * Reads the text; empty text is no attributes.
     *
     * @throws IllegalArgumentException naming the part that will not do
     */
    public static List<Attribute> parse(String text) {
        var out = new ArrayList<Attribute>();
        for (var part : text.split(";")) {
            if (!part.isBlank()) {
                out.add(parsePart(text, part.strip()));
            }
        }
        return out;
    }

    private static Attribute parsePart(String text, String part) {
        int colon = part.indexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException(
                    "attributes '" + text + "': at '" + part + "': expected name:value, such as rack:r1");
        }
        var out = Attribute.newBuilder().setName(part.substring(0, colon).strip());
        try {
            var value = ValueText.parse(part.substring(colon + 1));
            out.setType(value.getType());
            switch (value.getType()) {
                case SCALAR -> out.setScalar(value.getScalar());
                case RANGES -> out.setRanges(value.getRanges());
                case SET -> out.setSet(value.getSet());
                case TEXT -> out.setText(value.getText());
            }
        } catch (IllegalArgumentException bad) {
            throw new IllegalArgumentException(
                    "attributes '" + text + "': at '" + part + "': " + bad.getMessage(), bad);
        }
        return out.build();
    }
}
