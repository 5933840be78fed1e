package io.baton.core.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExecutorTokensTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_000);
    private static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8);
    private static final ExecutorIdentity EXECUTOR = new ExecutorIdentity("f", "e", "c");
    private static final String CLAIMS = "'fid':'f','eid':'e','cid':'c'";

    private final ExecutorTokens tokens = new ExecutorTokens(KEY);

    private static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String token(String algorithm, String claims, byte[] key) throws GeneralSecurityException {
        var signed = encoded("{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\"}") + "."
                + encoded("{" + claims.replace('\'', '"') + "}");
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        var signature = mac.doFinal(signed.getBytes(StandardCharsets.UTF_8));
        return signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
    }

    @Test
    void knowsItsOwn() {
        var token = tokens.issue(EXECUTOR);

        assertThat(token.split("\\.")).hasSize(3);
        assertThat(tokens.verify(token, NOW)).contains(EXECUTOR);
        assertThat(new ExecutorTokens(KEY).verify(token, NOW)).contains(EXECUTOR);
        assertThat(new ExecutorTokens(ExecutorTokens.freshKey()).verify(token, NOW))
                .isEmpty();
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            HS256 | CLAIMS                    | true
            HS256 | CLAIMS,'more':[]          | true
            HS256 | CLAIMS,'exp':1001         | true
            HS256 | CLAIMS,'exp':1000         | false
            HS256 | CLAIMS,'exp':'2000'       | false
            HS256 | CLAIMS,'nbf':1000         | true
            HS256 | CLAIMS,'nbf':1001         | false
            none  | CLAIMS                    | false
            RS256 | CLAIMS                    | false
            HS256 | 'fid':'f','eid':'e'       | false
            HS256 | 'fid':1,'eid':'e','cid':'c' | false
            HS256 | nonsense                  | false
            """)
    void looksAtWhatIsSigned(String algorithm, String claims, boolean known) throws GeneralSecurityException {
        assertThat(tokens.verify(token(algorithm, claims.replace("CLAIMS", CLAIMS), KEY), NOW)
                        .isPresent())
                .isEqualTo(known);
    }

    @Test
    void nothingElseIsAToken() throws GeneralSecurityException {
        var good = tokens.issue(EXECUTOR);
        var parts = good.split("\\.");
        assertThat(tokens.verify(good.substring(0, good.length() - 1), NOW)).isEmpty();
        assertThat(tokens.verify(parts[0] + "." + parts[1] + ".", NOW))
                .as("unsigned")
                .isEmpty();
        assertThat(tokens.verify(
                        parts[0] + "." + encoded("{\"fid\":\"g\",\"eid\":\"e\",\"cid\":\"c\"}") + "." + parts[2], NOW))
                .as("changed")
                .isEmpty();
        assertThat(tokens.verify(token("HS256", CLAIMS + ",'x':'" + "y".repeat(20_000) + "'", KEY), NOW))
                .as("20 kB")
                .isEmpty();
        for (var nonsense : new String[] {"", ".", "..", "a.b", "a.b.c", "a.b.c.d", "?.?.?"}) {
            assertThat(tokens.verify(nonsense, NOW)).as(nonsense).isEmpty();
        }
    }

    @Test
    void theKeyOutlivesTheAgentAndIsItsAlone(@TempDir Path directory) throws IOException {
        var file = directory.resolve("meta/executor-key");
        var token = ExecutorTokens.open(file).issue(EXECUTOR);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(ExecutorTokens.open(file).verify(token, NOW)).contains(EXECUTOR);

        Files.write(file, new byte[3]);
        assertThatThrownBy(() -> ExecutorTokens.open(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a key of 3 bytes, expecting 32");
    }
}
