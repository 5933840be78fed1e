package io.baton.httpapi.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.protocol.ContainerProtocol.Attachment;
import io.baton.core.protocol.ContainerProtocol.Ended;
import io.baton.protocol.codec.Encoding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessOutputTest {
    private static final ActorTestKit KIT = ActorTestKit.create();

    @TempDir
    private Path directory;

    @AfterAll
    static void stopSystem() {
        KIT.shutdownTestKit();
    }

    @Test
    void aPipeInPlaceOfTheOutputHoldsUpNobody() throws Exception {
        var made = new ProcessBuilder("mkfifo", directory.resolve("stdout").toString()).start();
        assertThat(made.waitFor()).isZero();
        Files.writeString(directory.resolve("stderr"), "problem");
        var ended = new CompletableFuture<Ended>();
        ended.complete(null);
        var container = new Attachment(directory, false, ended);

        var out = Source.fromGraph(new ProcessOutput(container, Encoding.JSON, Duration.ofMinutes(1), () -> {}))
                .runWith(Sink.fold(ByteString.emptyByteString(), ByteString::concat), KIT.system());

        // "problem" in base64.
        assertThat(out.toCompletableFuture().get(30, TimeUnit.SECONDS).utf8String())
                .contains("cHJvYmxlbQ==")
                .contains("STDERR");
    }

    @Test
    void whyTheAgentHasEndedItIsTheLastOfTheOutput() throws Exception {
        Files.writeString(directory.resolve("stdout"), "problem");
        var end = new Ended(true, Optional.of(15), Optional.of("too much"));
        var container = new Attachment(directory, true, CompletableFuture.completedFuture(end));

        var out = Source.fromGraph(new ProcessOutput(container, Encoding.JSON, Duration.ofMinutes(1), () -> {}))
                .runWith(Sink.fold(ByteString.emptyByteString(), ByteString::concat), KIT.system());

        // "problem", and then "too much" and the end of a line.
        assertThat(out.toCompletableFuture().get(30, TimeUnit.SECONDS).utf8String())
                .containsSubsequence("cHJvYmxlbQ==", "dG9vIG11Y2gK");
    }
}
