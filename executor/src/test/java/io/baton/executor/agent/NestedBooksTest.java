package io.baton.executor.agent;

import static io.baton.executor.Samples.FRAMEWORK;
import static io.baton.executor.Samples.task;
import static io.baton.executor.agent.BooksProbe.NOW;
import static io.baton.executor.agent.BooksProbe.PROCESS;
import static io.baton.executor.agent.BooksProbe.executor;
import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.protocol.ContainerProtocol.Ended;
import io.baton.core.protocol.ContainerProtocol.Wanted;
import io.baton.core.resource.Resources;
import io.baton.executor.Samples;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.process.Verdict;
import io.baton.executor.task.TaskPlan;
import io.baton.v1.CommandInfo;
import io.baton.v1.ContainerID;
import io.baton.v1.ContainerInfo;
import io.baton.v1.ExecutorInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    private static ContainerID id(String id, ContainerID parent) {
        return ContainerID.newBuilder().setValue(id).setParent(parent).build();
    }

    private String launch(ContainerID id, boolean session) {
        var effects = new ArrayList<Effect>();
        var wanted = new Wanted(
                CommandInfo.newBuilder().setValue("true").build(),
                ContainerInfo.getDefaultInstance(),
                List.of(),
                session);
        return launch(id, wanted, effects);
    }

    private String launch(ContainerID id, Wanted wanted, List<Effect> effects) {
        var answer = probe.books.nested().launch(id, wanted, NOW, effects);
        return answer.status() + " " + probe.take(effects);
    }

    private String kill(String id, int signal) {
        var effects = new ArrayList<Effect>();
        var answer = probe.books.nested().kill(id(id, parent), signal, NOW, effects);
        return answer.status() + " " + probe.take(effects);
    }

    private String remove(ContainerID id) {
        var effects = new ArrayList<Effect>();
        var answer = probe.books.nested().remove(id, effects);
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

    /** What a pipe to the supervisors would not carry, or a line there not hold. */
    @ParameterizedTest
    @ValueSource(strings = {"\u00fc1", "?1", "LONG"})
    void isBookedUnderANameOfItsOwnIfItsIdIsNone(String chosen) {
        var id = chosen.equals("LONG") ? "\u00fc".repeat(120) : chosen;

        assertThat(launch(id(id, parent), false)).isEqualTo("200 Prepare");

        var entry = probe.books.nested().find(id(id, parent)).orElseThrow();
        assertThat(entry.container()).matches("[0-9a-f-]{36}");
        assertThat(entry.task().getCommand().getEnvironment().getVariablesList())
                .anySatisfy(variable -> {
                    assertThat(variable.getName()).isEqualTo("MESOS_CONTAINER_ID");
                    assertThat(variable.getValue()).isEqualTo(id);
                });
        probe.runs(entry.container());
        assertThat(probe.books.nested().running()).containsExactly(id(id, parent));
        assertThat(ended(entry.container(), new Verdict.Exited(3))).contains("Over");
        assertThat(probe.books.nested().end(id(id, parent))).contains(new Ended(true, Optional.of(3 << 8)));
    }

    @Test
    void thoseThatHaveEndedMakeRoomOldestFirst() {
        for (int i = 0; i < NestedBooks.MAX_NESTED; i++) {
            assertThat(launch(id("n" + i, parent), false)).startsWith("200");
        }
        assertThat(launch(id("more", parent), false)).startsWith("400");
        assertThat(launch(id("look", parent), true)).as("for whoever looks").startsWith("200");
        ended("n3", new Verdict.Exited(0));
        ended("n2", new Verdict.Exited(0));
        ended("n1", new Verdict.Exited(0));

        assertThat(launch(id("more", parent), false)).startsWith("200");
        assertThat(probe.books.nested().find(id("n2", parent))).isEmpty();
        assertThat(probe.books.nested().find(id("n3", parent)))
                .as("the youngest")
                .isPresent();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "twice, 202",
        "unknown parent, 400",
        "the parent itself, 202",
        "a parent in an unknown one, 400",
        "an inner one without its parent, 400"
    })
    void refusesWhatCannotBe(String which, int status) {
        launch(id("n", parent), false);

        var wanted =
                switch (which) {
                    case "twice" -> id("n", parent);
                    case "unknown parent" -> id("m", "x");
                    case "the parent itself" ->
                        ContainerID.newBuilder().setValue(parent).build();
                    case "a parent in an unknown one" -> id("m", id(parent, "x"));
                    default -> id("m", "n");
                };

        assertThat(launch(wanted, false)).isEqualTo(status + " ");
    }

    @Test
    void aParentThatIsStillBeingMadeHasNoRoom() {
        probe.take(probe.books.run(FRAMEWORK, task("u", "sleep").build(), true, NOW));
        var slow = probe.container("u");
        assertThat(launch(id("n", slow), true)).isEqualTo("400 ");
        probe.take(probe.books.prepared(slow, NOW));
        assertThat(launch(id("n", slow), true)).isEqualTo("400 ");

        probe.take(probe.books.started(slow, Optional.of(PROCESS), NOW));

        assertThat(launch(id("n", slow), true)).isEqualTo("200 Prepare");
    }

    private static void variable(CommandInfo.Builder command, String name, String value) {
        command.getEnvironmentBuilder().addVariablesBuilder().setName(name).setValue(value);
    }

    private TaskPlan planOf(String name, CommandInfo.Builder command, ContainerID in, boolean session) {
        var wanted = new Wanted(command.build(), ContainerInfo.getDefaultInstance(), List.of(), session);
        assertThat(launch(id(name, in), wanted, new ArrayList<>())).isEqualTo("200 Prepare");
        var entry = probe.books.nested().find(id(name, in)).orElseThrow();
        return TaskPlan.of(entry.framework(), entry.task()).plan().orElseThrow();
    }

    @Test
    void hasTheUserOfItsParentAndASessionItsVariables() {
        var task = task("u", "sleep");
        task.getCommandBuilder().setUser("alice");
        variable(task.getCommandBuilder(), "DB", "tasks");
        variable(task.getCommandBuilder(), "ZONE", "a");
        probe.take(probe.books.run(FRAMEWORK, task.build(), true, NOW));
        var container = probe.container("u");
        probe.runs(container);
        var in = ContainerID.newBuilder().setValue(container).build();
        var own = CommandInfo.newBuilder().setValue("true").setUser("bob");
        variable(own, "DB", "own");

        var session = planOf("s", CommandInfo.newBuilder().setValue("true"), in, true);
        assertThat(session.user()).isEqualTo("alice");
        assertThat(session.environment()).containsEntry("DB", "tasks").containsEntry("MESOS_CONTAINER_ID", "s");
        var inner = planOf("i", CommandInfo.newBuilder().setValue("true"), id("s", in), true);
        assertThat(inner.user()).isEqualTo("alice");
        assertThat(inner.environment()).containsEntry("DB", "tasks").containsEntry("MESOS_CONTAINER_ID", "i");
        var bobs = planOf("b", own, in, true);
        assertThat(bobs.user()).isEqualTo("bob");
        assertThat(bobs.environment()).containsEntry("DB", "own").containsEntry("ZONE", "a");
        var nested = planOf("n", CommandInfo.newBuilder().setValue("true"), in, false);
        assertThat(nested.user()).isEqualTo("alice");
        assertThat(nested.environment()).doesNotContainKey("DB");
    }

    @Test
    void whatIsCalledAlikeInTwoParentsIsTwoContainers() {
        probe.take(probe.books.run(FRAMEWORK, task("u", "sleep").build(), true, NOW));
        var other = probe.container("u");
        probe.runs(other);
        assertThat(launch(id("n", parent), false)).isEqualTo("200 Prepare");
        assertThat(launch(id("n", other), false)).isEqualTo("200 Prepare");
        assertThat(launch(id("n", id("n", parent)), false)).isEqualTo("200 Prepare");
        var nested = probe.books.nested();
        assertThat(nested.find(id("n", other)).orElseThrow().sandbox().toString())
                .endsWith("executors/u/runs/n.2");
        assertThat(nested.names()).containsExactly("n", "n.2", "n.3");
        nested.names().forEach(probe::runs);

        assertThat(ended("n.2", new Verdict.Exited(5))).contains("Over");

        assertThat(nested.end(id("n", other))).contains(new Ended(true, Optional.of(5 << 8)));
        assertThat(nested.end(id("n", parent))).isEmpty();
        assertThat(remove(id("n", other))).isEqualTo("200 RemoveFiles");
        assertThat(nested.running()).containsExactly(id("n", parent), id("n", id("n", parent)));
        assertThat(ended("n", new Verdict.Exited(0)))
                .as("its inner one ends with it")
                .endsWith("CleanUp, KILL");
        assertThat(nested.end(id("n", "x"))).contains(new Ended(false, Optional.empty()));
        assertThat(nested.find(id("n", id(parent, "x")))).isEmpty();
    }

    @Test
    void anotherParentThanItsOwnDoesNotReachIt() {
        launch(id("n", parent), true);
        probe.runs("n");
        var wrong = id("n", "x");
        var effects = new ArrayList<Effect>();

        assertThat(probe.books.nested().kill(wrong, 9, NOW, effects).status()).isEqualTo(404);
        assertThat(remove(wrong)).isEqualTo("404 ");
        assertThat(probe.books.nested().process(wrong)).isEmpty();
        assertThat(effects).isEmpty();
    }

    @Test
    void theTaskOfAGroupIsAParentByItsWholeId() {
        probe.launch(executor("pod", ExecutorInfo.Type.DEFAULT), true, true, task("a", "true"));
        var pod = probe.executorsContainer("pod");
        var member = probe.container("a");
        probe.runs(member);

        assertThat(launch(id("n", member), false)).isEqualTo("400 ");
        assertThat(launch(id("n", id(member, "x")), false)).isEqualTo("400 ");
        assertThat(launch(id("n", id(member, pod)), false)).isEqualTo("200 Prepare");
        assertThat(launch(id(member, pod), false)).isEqualTo("202 ");
    }

    @Test
    void whatANestedContainerCannotHaveIsRefused() {
        var wanted = new Wanted(
                CommandInfo.newBuilder().setValue("true").build(),
                ContainerInfo.getDefaultInstance(),
                Resources.scalars(Map.of("mem", 32.0)).toProto(""),
                false);
        assertThat(launch(id("n", parent), wanted, new ArrayList<>())).isEqualTo("400 ");
    }

    @Test
    void aContainerOfItsOwnHasASandboxAndLimitsAndContainersInIt() {
        var own = ContainerID.newBuilder().setValue("own").build();
        var wanted = new Wanted(
                CommandInfo.newBuilder().setValue("true").build(),
                ContainerInfo.getDefaultInstance(),
                Resources.scalars(Map.of("mem", 32.0)).toProto(""),
                false);
        assertThat(launch(own, wanted, new ArrayList<>()))
                .as("the agent has no id yet")
                .isEqualTo("503 ");
        probe.named("S0");

        assertThat(launch(own, wanted, new ArrayList<>())).isEqualTo("200 Prepare");
        var entry = probe.books.nested().find(own).orElseThrow();
        assertThat(entry.sandbox()).hasToString("/work/slaves/S0/frameworks/standalone/executors/own/runs/own");
        assertThat(entry.task().getResourcesCount()).isEqualTo(1);
        assertThat(entry.outermost()).isEmpty();
        probe.runs("own");
        launch(id("inner", "own"), false);
        probe.runs("inner");
        assertThat(probe.books.nested().find(id("inner", "own")).orElseThrow().outermost())
                .contains("own");
        assertThat(probe.books.nested().running()).containsExactly(own, id("inner", "own"));

        assertThat(ended("own", new Verdict.Exited(0))).endsWith("CleanUp, KILL");
        assertThat(probe.books.nested().end(own)).contains(new Ended(true, Optional.of(0)));
        assertThat(probe.books.state().tasks()).as("it is not a task").hasSize(1);
    }

    @Test
    void aContainerOfItsOwnEndsWithAllOthers() {
        probe.named("S0");
        launch(ContainerID.newBuilder().setValue("own").build(), false);
        probe.runs("own");
        launch(ContainerID.newBuilder().setValue("young").build(), false);

        assertThat(probe.take(probe.books.killAll(Optional.of(Duration.ZERO), NOW)))
                .contains("KILL");
        ended(parent, new Verdict.Signaled(9));
        assertThat(probe.books.isIdle()).as("it may still run").isFalse();
        ended("own", new Verdict.Signaled(9));
        assertThat(probe.books.isIdle()).as("another is being prepared").isFalse();
        assertThat(probe.take(probe.books.prepared("young", NOW))).contains("CleanUp");
        assertThat(probe.books.isIdle()).isTrue();
    }

    @Test
    void tellsHowItEndedUntilItIsRemoved() {
        launch(id("n", parent), false);
        probe.runs("n");
        assertThat(probe.books.nested().end(id("n", parent))).isEmpty();
        assertThat(remove(id("n", parent))).isEqualTo("500 ");

        assertThat(ended("n", new Verdict.Exited(5))).contains("Over");

        assertThat(probe.books.nested().end(id("n", parent))).contains(new Ended(true, Optional.of(5 << 8)));
        assertThat(probe.books.nested().running()).isEmpty();
        assertThat(remove(id("n", parent))).isEqualTo("200 RemoveFiles");
        assertThat(probe.books.nested().end(id("n", parent))).contains(new Ended(false, Optional.empty()));
        assertThat(remove(id("n", parent))).as("it is gone, as is wanted").isEqualTo("200 ");
    }

    @Test
    void aSessionsOutputStaysInOneFileWhichHasABound() {
        launch(id("n", parent), false);
        probe.runs("n");
        launch(id("s", parent), true);
        probe.runs("s");

        assertThat(probe.books.rotated()).extracting(TaskEntry::container).containsExactly(parent, "n");
        assertThat(probe.books.withDiskLimit().keySet())
                .extracting(TaskEntry::container)
                .contains("s");
        long most = (long) NestedBooks.MAX_OUTPUT_MB;
        assertThat(probe.take(probe.books.diskUsed("s", most, NOW))).isEmpty();
        assertThat(probe.take(probe.books.diskUsed("s", most + 1, NOW))).contains("TERM");

        ended("s", new Verdict.Signaled(15));

        assertThat(probe.books.nested().end(id("s", parent)).orElseThrow().why())
                .contains("Disk usage (10241MB) exceeds quota (10240MB)");
    }

    /** Others wait for those by name, and remove them. */
    @ParameterizedTest
    @CsvSource({"true, 'Over, RemoveFiles, CleanUp', false", "false, 'Over, CleanUp', true"})
    void aSessionThatCouldNotBeStartedKeepsNoPlaceAndNoFiles(boolean session, String effects, boolean kept) {
        launch(id("s", parent), session);

        assertThat(ended("s", new Verdict.NeverRan("no such user"))).isEqualTo(effects);

        assertThat(probe.books.nested().find(id("s", parent)).isPresent()).isEqualTo(kept);
    }

    @Test
    void aSessionThatWasKilledBeforeItBeganLeavesNoFiles() {
        launch(id("s", parent), true);
        kill("s", 9);

        assertThat(probe.take(probe.books.prepared("s", NOW))).isEqualTo("Over, RemoveFiles, CleanUp");
    }

    /** They are among its own, which are kept for a while. */
    @Test
    void theFilesOfASessionThatNeverBeganStayWithATaskThatIsOver() {
        launch(id("s", parent), true);
        ended(parent, new Verdict.Exited(0));

        assertThat(ended("s", new Verdict.NeverRan("no such user"))).isEqualTo("Over, CleanUp");
    }

    @Test
    void aSessionThatRanIsKeptUntilItIsRemoved() {
        launch(id("s", parent), true);
        probe.runs("s");

        ended("s", new Verdict.Unknown("nobody knows"));

        assertThat(probe.books.nested().find(id("s", parent))).isPresent();
    }

    @Test
    void isSignalledWithWhatCanBeSent() {
        launch(id("n", parent), false);
        probe.runs("n");

        assertThat(kill("n", 9)).isEqualTo("200 KILL");
        assertThat(kill("n", 12)).isEqualTo("200 USR2");
        assertThat(kill("n", 5)).isEqualTo("400 ");
        assertThat(kill("x", 9)).isEqualTo("404 ");
        ended("n", new Verdict.Signaled(9));
        assertThat(kill("n", 9)).as("it is over").isEqualTo("404 ");
    }

    @Test
    void endsWithItsParent() {
        launch(id("n", parent), false);
        probe.runs("n");
        launch(id("inner", id("n", parent)), false);
        probe.runs("inner");

        assertThat(ended(parent, new Verdict.Exited(0))).endsWith("CleanUp, KILL");
        assertThat(ended("n", new Verdict.Signaled(9))).endsWith("CleanUp, KILL");
        ended("inner", new Verdict.Signaled(9));
        assertThat(probe.books.nested().find(id("n", parent))).isEmpty();
        assertThat(probe.books.nested().find(id("inner", id("n", parent)))).isEmpty();
    }

    /** Only while that is booked its files are among those of the task around both. */
    @Test
    void itsFilesGoWithTheContainerItIsInButStayWithTheTask() {
        for (var end : List.of("n", parent)) {
            launch(id("n", parent), false);
            probe.runs("n");
            launch(id("inner", id("n", parent)), false);
            probe.runs("inner");

            ended(end, new Verdict.Exited(0));
            var told = new ArrayList<String>();
            if (end.equals(parent)) {
                told.add(ended("n", new Verdict.Signaled(9)));
            }
            told.add(ended("inner", new Verdict.Signaled(9)));

            boolean taskGoesOn = end.equals("n");
            assertThat(told.toString().contains("RemoveFiles")).as(end).isEqualTo(taskGoesOn);
            if (taskGoesOn) {
                remove(id("n", parent));
            }
        }
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

    @Test
    void itsFilesCountForTheDiskOfTheTaskItIsIn() {
        probe.take(probe.books.run(
                FRAMEWORK,
                task("d", "sleep").addResources(Samples.scalar("disk", 1)).build(),
                true,
                NOW));
        var task = probe.container("d");
        probe.runs(task);
        launch(id("n", task), false);
        launch(id("inner", id("n", task)), false);
        launch(id("elsewhere", parent), false);

        var measured = probe.books.withDiskLimit();

        assertThat(measured).hasSize(1);
        measured.forEach((entry, claim) -> {
            assertThat(entry.container()).isEqualTo(task);
            assertThat(claim.besides())
                    .extracting(place -> place.getFileName().toString())
                    .containsExactly("n", "inner");
        });
    }

    /** Its name may be that of an older run, whose files are there. */
    @ParameterizedTest
    @CsvSource({"true, 200 RemoveFiles", "false, '200 '"})
    void whatIsInThePlaceOfOneThatWasNeverMadeStays(boolean made, String removed) {
        launch(id("n", parent), false);
        ended("n", new Verdict.NeverRan("the place is taken", made));

        assertThat(remove(id("n", parent))).isEqualTo(removed);
    }

    @Test
    void isNotTakenForTheDefaultExecutorThatItIsIn() {
        probe.launch(executor("d", ExecutorInfo.Type.DEFAULT), true, true, task("member", "sleep"));
        var around = probe.executorsContainer("d");
        probe.runs(probe.container("member"));

        launch(id(around, around), false);

        var sandbox =
                probe.books.nested().find(id(around, around)).orElseThrow().sandbox();
        assertThat(sandbox.getFileName().toString()).isEqualTo(around + ".2");
    }
}
