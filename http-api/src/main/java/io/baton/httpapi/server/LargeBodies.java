package io.baton.httpapi.server;

import java.util.Iterator;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * Answers of many megabytes, handed to the socket in parts, each when the client has taken the one before: so that a
 * thread is never busy for long with one client while others wait for it.
 */
final class LargeBodies {
    /** Of a part. */
    private static final int PART_BYTES = 64 * 1024;

    private LargeBodies() {}

    static boolean isLarge(HttpResponse response) {
        return response.entity() instanceof HttpEntity.Strict whole
                && whole.getData().size() > PART_BYTES;
    }

    /**
     * The same answer in parts.
     *
     * @param whenEnded run when the last part was taken, or the client has left
     */
    static HttpResponse inParts(HttpResponse response, Runnable whenEnded) {
        var whole = (HttpEntity.Strict) response.entity();
        var parts = Source.fromIterator(() -> parts(whole.getData())).watchTermination((used, ended) -> {
            ended.whenComplete((done, failure) -> whenEnded.run());
            return used;
        });
        return response.withEntity(
                HttpEntities.create(whole.getContentType(), whole.getData().size(), parts));
    }

    private static Iterator<ByteString> parts(ByteString whole) {
        return new Iterator<>() {
            private ByteString rest = whole;

            @Override
            public boolean hasNext() {
                return !rest.isEmpty();
            }

            @Override
            public ByteString next() {
                var part = rest.take(PART_BYTES);
                rest = rest.drop(PART_BYTES);
                return part;
            }
        };
    }
}
