package io.baton.httpapi.codec;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.util.ByteString;

/**
 * By which a client that asks again says what it has already. All are weak: the same content, compressed or not, has the
 * same tag.
 */
public final class EntityTag {
    private static final String NAME = "ETag";
    private static final int OK = 200;
    private static final int NOT_MODIFIED = 304;

    private final String text;

    private EntityTag(String opaque) {
        this.text = "W/\"" + opaque + "\"";
    }

    /**
     * @param version ASCII without quotes
     */
    public static EntityTag of(String version) {
        return new EntityTag(version);
    }

    /** By its content, for an answer of which nobody knows whether it has changed. */
    public static EntityTag of(ByteString content) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            content.getByteBuffers().forEach(digest::update);
            return new EntityTag(HexFormat.of().formatHex(digest.digest(), 0, 16));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /**
     * Whether the client has this already.
     *
     * @param ifNoneMatch tags in a list, or a star; what is no tag matches nothing
     */
    public boolean isIn(Optional<String> ifNoneMatch) {
        if (ifNoneMatch.isEmpty()) {
            return false;
        }
        for (var one : ifNoneMatch.get().split(",", -1)) {
            var tag = one.strip();
            if (tag.equals("*") || tag.equals(text) || ("W/" + tag).equals(text)) {
                return true;
            }
        }
        return false;
    }

    /** 304: what the client has is still so. */
    public HttpResponse notModified() {
        return on(HttpResponse.create().withStatus(NOT_MODIFIED));
    }

    public HttpResponse on(HttpResponse response) {
        return response.addHeader(RawHeader.create(NAME, text));
    }

    /** The answer with a tag by its content, or 304. Only for a whole answer that says yes and has no tag yet. */
    public static HttpResponse tagged(HttpResponse response, Optional<String> ifNoneMatch) {
        if (response.status().intValue() != OK
                || !(response.entity() instanceof HttpEntity.Strict whole)
                || whole.isKnownEmpty()
                || response.getHeader(NAME).isPresent()) {
            return response;
        }
        var tag = of(whole.getData());
        return tag.isIn(ifNoneMatch) ? tag.notModified() : tag.on(response);
    }
}
