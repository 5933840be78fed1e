package io.baton.executor.agent;

import static io.baton.executor.Samples.FRAMEWORK;
import static io.baton.executor.Samples.task;
import static io.baton.executor.agent.BooksProbe.NOW;
import static io.baton.executor.agent.BooksProbe.PROCESS;
import static io.baton.executor.agent.BooksProbe.executor;
import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.protocol.ContainerProtocol;
import io.baton.core.protocol.ContainerProtocol.Ended;
import io.baton.executor.process.Verdict;
import io.baton.v1.CommandInfo;
import io.baton.v1.ContainerID;
import io.baton.v1.ExecutorInfo;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NestedBooksTest {
    private final BooksProbe probe = new BooksProbe();
    private String parent = "";

    @BeforeEach
    void start() {
        probe.take(probe.books.run(FRAMEWORK, task("t", "sleep").build(), true, NOW));
        parent = probe.container("t");
        probe.runs(parent);
    }

    private static ContainerID id(String id, String parent) {
        return ContainerID.newBuilder()
                .setValue(id)
                .setParent(ContainerID.newBuilder().setValue(parent))
                .build();
    }

    private String launch(ContainerID id, boolean session) {
        var effects = new ArrayList<Effect>();
        var wanted = new ContainerProtocol.Launch(
                id,
                CommandInfo.newBuilder().setValue("true").build(),
                session,
                Optional.empty(),
                new CompletableFuture<>());
        var answer = probe.books.nested().launch(wanted, NOW, effects);
        return answer.status() + " " + probe.take(effects);
    }

    private String kill(String id, int signal) {
        var effects = new ArrayList<Effect>();
        var answer = probe.books.nested().kill(id(id, parent), signal, NOW, effects);
        return answer.status() + " " + probe.take(effects);
    }

    private String ended(String id, Verdict verdict) {
        return probe.take(probe.books.ended(id, verdict, NOW));
    }

    @Test
    void isAProcessInThePlaceOfItsParentWithFilesOfItsOwn() {
        assertThat(launch(id("n", parent), true)).isEqualTo("200 Prepare");

        var entry = probe.books.nested().find(id("n", parent)).orElseThrow();
        assertThat(entry.sandbox().toString()).endsWith("executors/t/runs/n");
        assertThat(entry.task().getCommand().getEnvironment().toString()).contains("runs/" + parent);
        assertThat(probe.take(probe.books.prepared("n", NOW))).isEqualTo("Launch");
        assertThat(probe.take(probe.books.started("n", Optional.of(PROCESS), NOW)))
                .contains("Begun");
        assertThat(probe.books.nested().running()).containsExactly(id("n", parent));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"twice, 202", "no parent, 400", "unknown parent, 400", "of the parent itself, 202", "a/b, 400"})
    void refusesWhatCannotBe(String which, int status) {
        launch(id("n", parent), false);

        var wanted =
                switch (which) {
                    case "twice" -> id("n", parent);
                    case "no parent" -> ContainerID.newBuilder().setValue("m").build();
                    case "unknown parent" -> id("m", "x");
                    case "of the parent itself" -> id(parent, parent);
                    default -> id(which, parent);
                };

        assertThat(launch(wanted, false)).isEqualTo(status + " ");
    }

    @Test
    void tellsHowItEndedUntilItIsRemoved() {
        launch(id("n", parent), false);
        probe.runs("n");
        assertThat(probe.books.nested().end(id("n", parent))).isEmpty();
        assertThat(probe.books.nested().remove(id("n", parent)).status()).isEqualTo(400);

        assertThat(ended("n", new Verdict.Exited(5))).contains("Over");

        assertThat(probe.books.nested().end(id("n", parent))).contains(new Ended(true, Optional.of(5 << 8)));
        assertThat(probe.books.nested().running()).isEmpty();
        assertThat(probe.books.nested().remove(id("n", parent)).status()).isEqualTo(200);
        assertThat(probe.books.nested().end(id("n", parent))).contains(new Ended(false, Optional.empty()));
    }

    @Test
    void isSignalledWithWhatCanBeSent() {
        launch(id("n", parent), false);
        probe.runs("n");

        assertThat(kill("n", 9)).isEqualTo("200 KILL");
        assertThat(kill("n", 12)).isEqualTo("200 USR2");
        assertThat(kill("n", 5)).isEqualTo("400 ");
        assertThat(kill("x", 9)).isEqualTo("404 ");
    }

    @Test
    void endsWithItsParent() {
        launch(id("n", parent), false);
        probe.runs("n");
        launch(id("inner", "n"), false);
        probe.runs("inner");

        assertThat(ended(parent, new Verdict.Exited(0))).endsWith("CleanUp, KILL");
        assertThat(ended("n", new Verdict.Signaled(9))).endsWith("CleanUp, KILL");
        ended("inner", new Verdict.Signaled(9));
        assertThat(probe.books.nested().find(id("n", parent))).isEmpty();
        assertThat(probe.books.nested().find(id("inner", "n"))).isEmpty();
    }

    @Test
    void endsWithADefaultExecutorThatIsItsParent() {
        probe.launch(executor("pod", ExecutorInfo.Type.DEFAULT), true, true, task("a", "true"));
        var pod = probe.executorsContainer("pod");
        probe.runs(probe.container("a"));
        launch(id("n", pod), false);
        probe.runs("n");

        assertThat(ended(probe.container("a"), new Verdict.Exited(0))).contains("KILL");
    }

    @Test
    void holdsNothingAndIsNotWrittenDownAsATask() {
        launch(id("n", parent), false);
        probe.runs("n");
        ended("n", new Verdict.Exited(0));
        probe.restart();

        assertThat(probe.books.state().tasks()).hasSize(1);
        assertThat(probe.books.state().withProcess()).hasSize(1);
    }
}
