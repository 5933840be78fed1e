package io.baton.testkit.http;

import java.util.SortedMap;

/**
 * One request.
 *
 * @param path decoded, without the query
 * @param rawPath the same as it came
 * @param query without its question mark, as it came; empty if there is none
 * @param headers by name in lower case
 * @param body all of it; empty if there was none
 */
public record Request(
        String method, String path, String rawPath, String query, SortedMap<String, String> headers, byte[] body) {
    /** A header's value; empty if it is missing. */
    public String header(String lowerCaseName) {
        return headers.getOrDefault(lowerCaseName, "");
    }
}
