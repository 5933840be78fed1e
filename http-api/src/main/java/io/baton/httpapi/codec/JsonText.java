package io.baton.httpapi.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.google.protobuf.Message;
import io.baton.protocol.json.MesosJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.pekko.util.ByteString;

/**
 * Writes JSON that is no message: one line of ASCII, doubles always with a fraction and never with an exponent, as
 * Mesos writes them.
 */
public final class JsonText {
    private static final JsonFactory FACTORY =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    /** Of values that follow each other as in a list. */
    private static final JsonFactory ELEMENTS = new JsonFactoryBuilder()
            .rootValueSeparator(",")
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build();

    /** Writing to memory: an IOException would be a bug. */
    private interface Step {
        void run() throws IOException;
    }

    private final JsonGenerator out;
    private final Chunks bytes;

    private JsonText(JsonGenerator out, Chunks bytes) {
        this.out = out;
        this.bytes = bytes;
    }

    /** The whole text. */
    public static ByteString write(Consumer<JsonText> content) {
        return write(FACTORY, content);
    }

    private static ByteString write(JsonFactory factory, Consumer<JsonText> content) {
        try (var bytes = new Chunks()) {
            try (var out = factory.createGenerator(bytes)) {
                content.accept(new JsonText(out, bytes));
            }
            return bytes.bytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Elements of a list with a comma between each two, without brackets. */
    static <T> ByteString elements(List<T> elements, BiConsumer<JsonText, T> writer) {
        return write(ELEMENTS, json -> elements.forEach(element -> writer.accept(json, element)));
    }

    private JsonText step(Step step) {
        try {
            step.run();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public JsonText object(Runnable fields) {
        step(out::writeStartObject);
        fields.run();
        return step(out::writeEndObject);
    }

    public JsonText object(String name, Runnable fields) {
        return name(name).object(fields);
    }

    public <T> JsonText array(Iterable<T> elements, Consumer<T> writer) {
        step(out::writeStartArray);
        elements.forEach(writer);
        return step(out::writeEndArray);
    }

    public <T> JsonText array(String name, Iterable<T> elements, Consumer<T> writer) {
        return name(name).array(elements, writer);
    }

    /** A list most of which may have been written before. */
    public <T> JsonText array(String name, List<T> elements, Pieces<T> writer) {
        name(name).step(out::writeStartArray);
        step(out::flush);
        bytes.add(writer.written(elements));
        return step(out::writeEndArray);
    }

    public JsonText name(String name) {
        return step(() -> out.writeFieldName(name));
    }

    public JsonText text(String value) {
        return step(() -> out.writeString(value));
    }

    public JsonText field(String name, String value) {
        return name(name).text(value);
    }

    public JsonText field(String name, boolean value) {
        return step(() -> out.writeBooleanField(name, value));
    }

    public JsonText field(String name, long value) {
        return step(() -> out.writeNumberField(name, value));
    }

    public JsonText field(String name, double value) {
        return name(name).number(value);
    }

    public JsonText number(double value) {
        return step(() -> out.writeNumber(decimal(value)));
    }

    /** A message as the v1 API writes it. */
    public JsonText field(String name, Message value) {
        return name(name).message(value);
    }

    public JsonText message(Message value) {
        return step(() -> MesosJson.write(value, out));
    }

    /** The shortest digits that read back as the same number; not a number and infinity, which JSON lacks, are 0. */
    static String decimal(double value) {
        if (!Double.isFinite(value)) {
            return "0.0";
        }
        var shortest = Double.toString(value);
        if (shortest.indexOf('E') < 0) {
            return shortest;
        }
        var text = new BigDecimal(shortest).toPlainString();
        return text.indexOf('.') < 0 ? text + ".0" : text;
    }
}
