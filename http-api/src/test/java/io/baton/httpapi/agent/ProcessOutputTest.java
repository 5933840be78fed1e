package io.baton.httpapi.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.protocol.ContainerProtocol.Attachment;
import io.baton.protocol.codec.Encoding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
        var ended = new CompletableFuture<io.baton.core.protocol.ContainerProtocol.Ended>();
        ended.complete(null);
        var container = new Attachment(directory, false, ended);

        var out = Source.fromGraph(new ProcessOutput(container, Encoding.JSON, Duration.ofMinutes(1), () -> {}))
                .runWith(Sink.fold(ByteString.emptyByteString(), ByteString::concat), KIT.system());

        // "problem" in base64.
        assertThat(out.toCompletableFuture().get(30, TimeUnit.SECONDS).utf8String())
                .contains("cHJvYmxlbQ==")
                .contains("STDERR");
    }
}
