package io.baton.httpapi.codec;

import java.nio.charset.StandardCharsets;

/** The older endpoints take arrays that stand alone in a body. */
public final class JsonArrays {
    private JsonArrays() {}

    /** The same as the only field of an object, as messages are read. */
    public static byte[] asField(String name, byte[] array) {
        var head = ("{\"" + name + "\":").getBytes(StandardCharsets.UTF_8);
        var out = new byte[head.length + array.length + 1];
        System.arraycopy(head, 0, out, 0, head.length);
        System.arraycopy(array, 0, out, head.length, array.length);
        out[out.length - 1] = '}';
        return out;
    }
}
