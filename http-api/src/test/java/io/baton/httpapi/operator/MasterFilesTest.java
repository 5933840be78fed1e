package io.baton.httpapi.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.httpapi.MasterEdge;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A master shows one file, its log. */
class MasterFilesTest {
    private static MasterEdge edge;

    @TempDir
    private Path directory;

    private Path log;

    @BeforeAll
    static void start() {
        edge = new MasterEdge();
    }

    @AfterAll
    static void end() {
        edge.close();
    }

    @BeforeEach
    void writes() throws Exception {
        log = Files.writeString(directory.resolve("baton.log"), "elected\nready\n");
        edge.log.writesTo(log);
    }

    private static String called(String body) throws Exception {
        return edge.post("/api/v1", body).body();
    }

    @Test
    void byCall() throws Exception {
        assertThat(called("{\"type\":\"LIST_FILES\",\"list_files\":{\"path\":\"/master/log\"}}"))
                .isEqualTo("{\"type\":\"LIST_FILES\",\"list_files\":{}}");
        assertThat(called(
                        "{\"type\":\"READ_FILE\",\"read_file\":{\"path\":\"/master/log\",\"offset\":8,\"length\":5}}"))
                .isEqualTo("{\"type\":\"READ_FILE\",\"read_file\":{\"size\":14,\"data\":\"cmVhZHk=\"}}");
        assertThat(
                        called(
                                "{\"type\":\"READ_FILE\",\"read_file\":{\"path\":\"/master/log\",\"offset\":18446744073709551615}}"))
                .as("beyond the end")
                .isEqualTo("{\"type\":\"READ_FILE\",\"read_file\":{\"size\":14,\"data\":\"\"}}");
    }

    @Test
    void byTheOlderEndpoints() throws Exception {
        assertThat(edge.get("/master/files/browse?path=/master/log").body()).isEqualTo("[]");
        assertThat(edge.get("/files/read?path=/master/log&offset=0&length=7").body())
                .isEqualTo("{\"data\":\"elected\",\"offset\":0}");
        assertThat(edge.get("/files/download?path=/master/log").body()).isEqualTo("elected\nready\n");
        assertThat(edge.get("/files/debug").body()).isEqualTo("{\"/master/log\":\"" + log + "\"}");
    }

    @Test
    void whatIsNotTheLogIsNotThere() throws Exception {
        assertThat(edge.get("/files/read?path=/etc/passwd&offset=0").statusCode())
                .isEqualTo(404);
        assertThat(edge.get("/files/read?path=/master/log/../log&offset=0").statusCode())
                .isEqualTo(400);
        assertThat(edge.get("/files/read").statusCode()).isEqualTo(400);
        assertThat(edge.post("/api/v1", "{\"type\":\"LIST_FILES\",\"list_files\":{\"path\":\"/etc\"}}")
                        .statusCode())
                .isEqualTo(404);
        edge.log.writesTo(null);
        assertThat(edge.get("/files/read?path=/master/log&offset=0").statusCode())
                .as("a master that logs to no file")
                .isEqualTo(404);
        assertThat(edge.get("/files/debug").body()).isEqualTo("{}");
    }
}
