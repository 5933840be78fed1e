package io.baton.sdk.store;

import java.net.http.HttpRequest;

/**
 * What must hold for a write.
 *
 * @param header its name; empty for no condition
 */
record Condition(String header, String tag) {
    static final Condition NONE = new Condition("", "");
    static final Condition ABSENT = new Condition("If-None-Match", "*");

    static Condition version(long version) {
        if (version <= 0) {
            throw new IllegalArgumentException(
                    "versions are above 0, this is " + version + ": use create where there" + " is no value yet");
        }
        return new Condition("If-Match", "\"" + version + "\"");
    }

    boolean holdsAlways() {
        return header.isEmpty();
    }

    void addTo(HttpRequest.Builder request) {
        if (!holdsAlways()) {
            request.setHeader(header, tag);
        }
    }
}
