package io.baton.httpapi.status;

import io.baton.httpapi.codec.Replies;
import io.baton.httpapi.server.Router;
import io.baton.v1.VersionInfo;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.util.ByteString;

/** {@code /} and {@code /help}: what can be asked here, for whoever comes with a browser. Made of the routes themselves. */
public final class HelpPage {
    private final String process;
    private final VersionInfo version;

    /** @param process what serves it, such as {@code master} */
    public HelpPage(String process, VersionInfo version) {
        this.process = process;
        this.version = version;
    }

    /** Adds itself last of all: it shows the routes that are there when it is asked for. */
    public void addTo(Router router) {
        for (var path : new String[] {"/", "/help"}) {
            router.get(
                    path,
                    exchange -> CompletableFuture.completedFuture(
                            Replies.body(ContentTypes.TEXT_HTML_UTF8, ByteString.fromString(text(router)))));
        }
    }

    private String text(Router router) {
        var title = "Baton " + process + " " + version.getVersion();
        var out = new StringBuilder(4096)
                .append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
                .append(title)
                .append("</title></head>\n<body><h1>")
                .append(title)
                .append("</h1>\n<p>The Mesos v1 API and what belongs to it. The command line tool <code>baton</code>"
                        + " shows and changes the same.</p>\n<table>\n");
        router.routes().forEach((path, methods) -> out.append("<tr><td>")
                .append(String.join(", ", methods))
                .append("</td><td>")
                .append(methods.contains("GET") && !path.endsWith("/") ? link(path) : path)
                .append("</td></tr>\n"));
        return out.append("</table></body></html>\n").toString();
    }

    private static String link(String path) {
        return "<a href=\"" + path + "\">" + path + "</a>";
    }
}
