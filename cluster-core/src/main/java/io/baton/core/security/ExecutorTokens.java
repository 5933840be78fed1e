package io.baton.core.security;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The tokens by which executors show their agent who they are: JSON web tokens signed with HMAC-SHA256 by a key that the
 * agent alone has. Never shows the key.
 *
 * @see <a href="file:docs/adr/0024-executor-tokens.md">ADR 24: executors show a token of their agent</a>
 */
public final class ExecutorTokens {
    /** Longer ones are not looked at. */
    static final int MAX_CHARACTERS = 4_096;

    static final int KEY_BYTES = 32;

    private static final String HMAC = "HmacSHA256";
    private static final String ALGORITHM = "HS256";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final SecretKeySpec key;

    /** @param key any bytes, at least {@value #KEY_BYTES} of them */
    public ExecutorTokens(byte[] key) {
        if (key.length < KEY_BYTES) {
            throw new IllegalArgumentException("a key of " + key.length + " bytes, expecting " + KEY_BYTES);
        }
        this.key = new SecretKeySpec(key, HMAC);
    }

    /**
     * With the key in this file, or with a fresh one that is written there for its owner alone: executors outlive their
     * agent, and so must what their tokens are signed with.
     *
     * @throws IOException if the file cannot be read or written, or holds too little
     */
    public static ExecutorTokens open(Path file) throws IOException {
        if (!Files.exists(file)) {
            var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
            Files.createDirectories(file.getParent());
            var draft = Files.createTempFile(file.getParent(), "key", "", ownerOnly);
            try (var channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(freshKey()));
                channel.force(true); // What has the final name is whole, whatever happens to the host.
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        }
        try {
            return new ExecutorTokens(Files.readAllBytes(file));
        } catch (IllegalArgumentException broken) {
            throw new IOException(
                    "'" + file + "' is broken (" + broken.getMessage()
                            + "): remove it, and executors that run will not be known any more",
                    broken);
        }
    }

    /** A key that nobody has. */
    public static byte[] freshKey() {
        var fresh = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(fresh);
        return fresh;
    }

    /** A token for this executor. It does not expire: it ends with the container. */
    public String issue(ExecutorIdentity executor) {
        var header = JSON.createObjectNode().put("alg", ALGORITHM).put("typ", "JWT");
        var claims = JSON.createObjectNode()
                .put("cid", executor.container())
                .put("eid", executor.executor())
                .put("fid", executor.framework());
        var signed = encoded(header) + "." + encoded(claims);
        return signed + "." + ENCODER.encodeToString(signature(signed));
    }

    private static String encoded(JsonNode json) {
        return ENCODER.encodeToString(json.toString().getBytes(StandardCharsets.UTF_8));
    }

    private byte[] signature(String text) {
        try {
            var mac = Mac.getInstance(HMAC);
            mac.init(key);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException | InvalidKeyException never) {
            throw new IllegalStateException("every Java has " + HMAC, never);
        }
    }

    /** Whose token this is; empty if it is none of ours, or not valid now. Comparing always takes the same time. */
    public Optional<ExecutorIdentity> verify(String token, Instant now) {
        int end = token.lastIndexOf('.');
        int middle = token.indexOf('.');
        if (token.length() > MAX_CHARACTERS || middle < 0 || end == middle) {
            return Optional.empty();
        }
        try {
            var given = Base64.getUrlDecoder().decode(token.substring(end + 1));
            if (!MessageDigest.isEqual(signature(token.substring(0, end)), given)) {
                return Optional.empty();
            }
            var header = decoded(token.substring(0, middle));
            var claims = decoded(token.substring(middle + 1, end));
            return header.path("alg").asText().equals(ALGORITHM) && isValid(claims, now)
                    ? identity(claims)
                    : Optional.empty();
        } catch (IllegalArgumentException | IOException malformed) {
            return Optional.empty();
        }
    }

    private static JsonNode decoded(String part) throws IOException {
        return JSON.readTree(Base64.getUrlDecoder().decode(part));
    }

    private static boolean isValid(JsonNode claims, Instant now) {
        double seconds = now.toEpochMilli() / 1000.0;
        boolean begun = !claims.has("nbf")
                || claims.path("nbf").isNumber() && claims.path("nbf").asDouble() <= seconds;
        boolean over = claims.has("exp")
                && !(claims.path("exp").isNumber() && claims.path("exp").asDouble() > seconds);
        return begun && !over;
    }

    private static Optional<ExecutorIdentity> identity(JsonNode claims) {
        boolean whole = claims.path("fid").isTextual()
                && claims.path("eid").isTextual()
                && claims.path("cid").isTextual();
        return whole
                ? Optional.of(new ExecutorIdentity(
                        claims.path("fid").asText(),
                        claims.path("eid").asText(),
                        claims.path("cid").asText()))
                : Optional.empty();
    }
}
