package io.baton.sdk;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;

/** From what people write for a master to the address of its scheduler API. */
final class MasterUrls {
    private static final int DEFAULT_PORT = 5050;
    private static final int MAX_PORT = 65_535;
    private static final String API = "/api/v1/scheduler";

    private MasterUrls() {}

    /** @param text one or more masters, separated by commas */
    static List<URI> endpoints(String text) {
        var endpoints = new ArrayList<URI>();
        for (var part : text.split(",", -1)) {
            if (!part.isBlank()) {
                endpoints.add(endpoint(part.strip()));
            }
        }
        if (endpoints.isEmpty()) {
            throw wrong(text, "it is empty");
        }
        return endpoints;
    }

    private static URI endpoint(String text) {
        var url = parsed(text.contains("://") ? text : "http://" + text, text);
        var scheme = url.getScheme();
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw wrong(text, "its scheme is " + scheme);
        }
        if (url.getHost() == null) {
            throw wrong(text, "it names no host");
        }
        if (url.getPort() > MAX_PORT) {
            throw wrong(text, "its port is over " + MAX_PORT);
        }
        if (url.getQuery() != null || url.getFragment() != null || url.getUserInfo() != null) {
            throw wrong(text, "it has more than host, port and path; credentials have a setting of their own");
        }
        var port = url.getPort() < 0 && scheme.equals("http") ? DEFAULT_PORT : url.getPort();
        var path = url.getPath().endsWith("/")
                ? url.getPath().substring(0, url.getPath().length() - 1)
                : url.getPath();
        var full = path.endsWith(API) ? path : path + API;
        return parsed(scheme + "://" + url.getHost() + (port < 0 ? "" : ":" + port) + full, text);
    }

    private static URI parsed(String url, String text) {
        try {
            return new URI(url);
        } catch (URISyntaxException e) {
            throw wrong(text, e.getReason());
        }
    }

    private static IllegalArgumentException wrong(String text, String why) {
        return new IllegalArgumentException(
                "'" + text + "' is not the URL of a master: " + why + ". Write it as http://host:5050");
    }
}
