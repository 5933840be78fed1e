package io.baton.httpapi.codec;

import com.google.protobuf.Message;
import io.baton.protocol.codec.Encoding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.util.ByteString;

/** Answers that say yes. Content types are exact, without parameters, since clients compare them as text. */
public final class Replies {
    /** Shorter answers are not worth compressing. */
    static final int GZIP_FROM_BYTES = 860;

    private static final ContentType PROTOBUF =
            MediaTypes.customBinary("application", "x-protobuf", true).toContentType();
    private static final HttpResponse ACCEPTED = HttpResponse.create().withStatus(202);
    private static final HttpResponse OK = HttpResponse.create();

    private Replies() {}

    /** 202, empty. */
    public static HttpResponse accepted() {
        return ACCEPTED;
    }

    /** 200, empty: without a content type, which some clients would read the body by. */
    public static HttpResponse ok() {
        return OK;
    }

    public static ContentType contentType(Encoding encoding) {
        return encoding == Encoding.JSON ? ContentTypes.APPLICATION_JSON : PROTOBUF;
    }

    public static HttpResponse message(Encoding encoding, Message message) {
        var bytes = new Chunks();
        try {
            encoding.write(message, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail to be written", e);
        }
        return body(contentType(encoding), bytes.bytes());
    }

    public static HttpResponse json(ByteString text) {
        return body(ContentTypes.APPLICATION_JSON, text);
    }

    /**
     * @param body not to be changed any more
     */
    public static HttpResponse body(ContentType type, byte[] body) {
        return body(type, ByteString.fromArrayUnsafe(body));
    }

    public static HttpResponse body(ContentType type, ByteString body) {
        return HttpResponse.create().withEntity(HttpEntities.create(type, body));
    }

    /** The same answer, compressed if it is whole and long enough. */
    public static HttpResponse gzipped(HttpResponse response) {
        if (!response.entity().isStrict()
                || response.getHeader("Content-Encoding").isPresent()) {
            return response;
        }
        var entity = (org.apache.pekko.http.javadsl.model.HttpEntity.Strict) response.entity();
        var body = entity.getData();
        if (body.size() < GZIP_FROM_BYTES) {
            return response;
        }
        var out = new Chunks();
        try (var gzip = new GZIPOutputStream(out)) {
            for (var piece : body.getByteBuffers()) {
                var bytes = new byte[piece.remaining()];
                piece.get(bytes);
                gzip.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return response.addHeader(RawHeader.create("Content-Encoding", "gzip"))
                .addHeader(RawHeader.create("Vary", "Accept-Encoding"))
                .withEntity(HttpEntities.create(entity.getContentType(), out.bytes()));
    }
}
