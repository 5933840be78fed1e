package io.baton.executor.oci;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.baton.executor.process.Account;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As whom something runs in a container, by the file that tells the runtime. */
class ExecFilesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    private JsonNode user(Optional<Account> account) throws IOException {
        Files.writeString(directory.resolve("config.json"), """
                {"process":{"env":[],"user":{"uid":9,"gid":9,"additionalGids":[8]}}}""");
        var file = new ExecFiles(directory.resolve("execs"))
                .write("name", directory, List.of("true"), account, new TreeMap<>());
        return JSON.readTree(Files.readAllBytes(file)).path("user");
    }

    @Test
    void aUserHasAllOfItsGroups() throws IOException {
        var account = new Account("etl", 1_000, 1_001, "/", List.of(1_001L, 50L, 60L));

        assertThat(user(Optional.of(account)))
                .isEqualTo(JSON.readTree("{\"uid\":1000,\"gid\":1001,\"additionalGids\":[50,60]}"));
    }

    @Test
    void whoIsNotNamedIsTheContainersOwn() throws IOException {
        assertThat(user(Optional.empty())).isEqualTo(JSON.readTree("{\"uid\":9,\"gid\":9,\"additionalGids\":[8]}"));
    }
}
