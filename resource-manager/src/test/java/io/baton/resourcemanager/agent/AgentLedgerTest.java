package io.baton.resourcemanager.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.id.TaskId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.AllocatorProtocol;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.protocol.Term;
import io.baton.core.resource.Resources;
import io.baton.core.task.TaskSum;
import io.baton.link.Register;
import io.baton.link.TasksTold;
import io.baton.link.Update;
import io.baton.resourcemanager.ownership.Grant;
import io.baton.resourcemanager.registry.record.AgentEntry;
import io.baton.resourcemanager.registry.record.AgentEntry.State;
import io.baton.v1.AgentInfo;
import io.baton.v1.ExecutorID;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Offer;
import io.baton.v1.Resource;
import io.baton.v1.Task;
import io.baton.v1.TaskGroupInfo;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.Value;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentLedgerTest {
    private static final AgentId AGENT = new AgentId("m-S0");
    private static final FrameworkId F = new FrameworkId("f");
    private static final FrameworkId OTHER = new FrameworkId("g");
    private static final FrameworkInfo FRAMEWORK = FrameworkInfo.newBuilder()
            .setUser("u")
            .setName("n")
            .setId(F.toProto())
            .addCapabilities(
                    FrameworkInfo.Capability.newBuilder().setType(FrameworkInfo.Capability.Type.PARTITION_AWARE))
            .build();
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final LedgerEffect GONE =
            new LedgerEffect.ToAllocator(new AllocatorProtocol.AgentGone(AGENT, false));
    private static final Grant GRANT = new Grant(7, 0, "c");
    private static final LedgerRules RULES = new LedgerRules("m", Duration.ofSeconds(60), Duration.ofSeconds(75));

    private final AgentLedger ledger = new AgentLedger(AGENT, RULES, GRANT, T0);
    private long registrations;

    @ParameterizedTest(name = "an offer of 2 cpus, wanting {0}")
    @CsvSource(delimiter = '|', textBlock = """
            a:1.5          | run a                      | 0.5
            a:1.5 b:0.6    | run a, drop b TASK_INVALID | 0.5
            a:3 b:2        | drop a TASK_INVALID, run b | 0
            a:2.001        | drop a TASK_INVALID        | 2
            a:0            | run a                      | 2
            a:1 b:0.5 c:0.5| run a, run b, run c        | 0
            """)
    void launchesWhatTheOfferCovers(String wanted, String effects, double free) {
        register("cpus", 2);
        var offer = granted(ledger.offer(F, "*", cpus(2), 1, 1, T0));

        var step = ledger.accept(FRAMEWORK, List.of(offer), List.of(launch(tasks(wanted))), Duration.ZERO);

        assertThat(shown(step)).isEqualTo(effects);
        assertThat(ledger.free()).isEqualTo(cpus(free));
    }

    @Test
    void aRunNamesItsLaunch() {
        register("cpus", 2);
        var first = granted(ledger.offer(F, "*", cpus(1), 1, 1, T0));
        var second = granted(ledger.offer(F, "*", cpus(1), 1, 2, T0));

        var step = ledger.accept(FRAMEWORK, List.of(first, second), List.of(launch(tasks("a:1 b:1"))), Duration.ZERO);

        assertThat(step)
                .filteredOn(LedgerEffect.ToLink.class::isInstance)
                .extracting(e -> ((LedgerEffect.ToLink) e).frame().getRun().getLaunch())
                .containsExactly(first.value(), first.value());
    }

    @Test
    void aTaskIdIsTakenUntilTheEndOfItsTaskIsAcknowledged() {
        var uuid = ByteString.copyFromUtf8("u");
        register("cpus", 2);
        assertThat(launched("a:1", 1)).isEqualTo("run a");

        assertThat(launched("a:0.5 b:0.5", 2)).as("it runs").isEqualTo("drop a TASK_INVALID, run b");
        assertThat(ledger.free()).isEqualTo(cpus(0.5));
        var end = update("a", TaskState.TASK_FINISHED).toBuilder();
        end.getStatusBuilder().setUuid(uuid);
        ledger.updated(end.build());
        assertThat(launched("a:0.5", 3)).as("nobody knows of its end").isEqualTo("drop a TASK_INVALID");
        ledger.acknowledge(F, new TaskId("a"), uuid);
        assertThat(launched("a:0.5", 4)).isEqualTo("run a");
        assertThat(ledger.free()).isEqualTo(cpus(1));
    }

    /** What is left of the offer would otherwise be written out for each of very many tasks. */
    @Test
    void manyTasksThatDoNotFitAreRefusedInFewWords() {
        var ports = Resource.newBuilder().setName("ports").setType(Value.Type.RANGES);
        for (int port = 30_000; port < 31_000; port += 2) {
            ports.getRangesBuilder().addRangeBuilder().setBegin(port).setEnd(port);
        }
        var register = registration("cpus", 2).toBuilder();
        register.getAgentInfoBuilder().addResources(ports);
        ledger.register(register.build(), "10.0.0.1", 1, T0);
        var offer = granted(ledger.offer(F, "*", ledger.free(), 1, 1, T0));
        var wanted = java.util.stream.IntStream.range(0, 1000)
                .mapToObj(i -> tasks("t" + i + ":3").get(0))
                .toList();

        var step = ledger.accept(FRAMEWORK, List.of(offer), List.of(launch(wanted)), Duration.ZERO);

        var messages = step.stream()
                .filter(LedgerEffect.Refused.class::isInstance)
                .map(e -> ((LedgerEffect.Refused) e).status().getMessage())
                .toList();
        assertThat(messages).hasSize(1000).allSatisfy(text -> assertThat(text)
                .contains("is more than available cpus:2"));
        assertThat(messages.stream().mapToLong(String::length).sum()).isLessThan(1_000_000);
    }

    private String launched(String tasks, long proposal) {
        var offer = granted(ledger.offer(F, "*", cpus(1), 1, proposal, T0));
        return shown(ledger.accept(FRAMEWORK, List.of(offer), List.of(launch(tasks(tasks))), Duration.ZERO));
    }

    @ParameterizedTest(name = "a task for {0} with an executor for {1}, in a group {2}")
    @CsvSource({"eng,,false", "ads,,false", "eng,ads,false", ",ads,true", "ads,,true"})
    void whatIsAllocatedToOneRoleIsNotThereForAnother(String task, String executor, boolean group) {
        register("cpus", 2);
        var offer = granted(ledger.offer(F, "eng", cpus(2), 1, 1, T0));
        var info = tasks("a:1").get(0).toBuilder().clearResources();
        info.addAllResources(cpus(1).toProto(task == null ? "" : task));
        if (executor != null || group) {
            info.getExecutorBuilder()
                    .setExecutorId(ExecutorID.newBuilder().setValue("e"))
                    .addAllResources(cpus(0.5).toProto(executor == null ? "" : executor));
        }
        var launch = launch(List.of(info.build()));
        if (group) {
            launch = Offer.Operation.newBuilder()
                    .setType(Offer.Operation.Type.LAUNCH_GROUP)
                    .setLaunchGroup(Offer.Operation.LaunchGroup.newBuilder()
                            .setExecutor(info.getExecutor())
                            .setTaskGroup(TaskGroupInfo.newBuilder()
                                    .addTasks(tasks("b:0.1").get(0).toBuilder().setExecutor(info.getExecutor()))
                                    .addTasks(info)))
                    .build();
        }

        var step = ledger.accept(FRAMEWORK, List.of(offer), List.of(launch), Duration.ZERO);

        if ("eng".equals(task) && executor == null) {
            assertThat(shown(step)).isEqualTo("run a");
            return;
        }
        assertThat(shown(step))
                .isEqualTo(group ? "drop b TASK_GROUP_INVALID, drop a TASK_GROUP_INVALID" : "drop a TASK_INVALID");
        assertThat(step).filteredOn(LedgerEffect.Refused.class::isInstance).allSatisfy(e -> assertThat(
                        ((LedgerEffect.Refused) e).status().getMessage())
                .matches("Total resources cpus:1[.0-9]* \\(allocated: ads\\) required by task and its executor"
                        + " is more than available cpus:2[.0]* \\(allocated: eng\\)"));
        assertThat(ledger.free()).isEqualTo(cpus(2));
    }

    @ParameterizedTest(name = "accepting {0}")
    @ValueSource(strings = {"unknown", "used", "declined", "expired", "of another framework", "of an older epoch"})
    void dropsTasksOnOffersThatAreNotValid(String which) {
        register("cpus", 2);
        var offer = granted(ledger.offer(F, "*", cpus(2), 1, 1, T0));
        var owner = FRAMEWORK;
        switch (which) {
            case "unknown" -> offer = new OfferId("m-S0-O7.1.99");
            case "used" -> ledger.accept(FRAMEWORK, List.of(offer), List.of(), Duration.ZERO);
            case "declined" -> ledger.decline(F, List.of(offer), Duration.ZERO);
            case "expired" -> ledger.tick(T0.plusSeconds(60));
            case "of an older epoch" -> register("cpus", 2);
            default ->
                owner = FRAMEWORK.toBuilder()
                        .setId(new FrameworkId("g").toProto())
                        .build();
        }

        var step = ledger.accept(owner, List.of(offer), List.of(launch(tasks("a:1"))), Duration.ZERO);

        assertThat(shown(step)).isEqualTo("drop a INVALID_OFFERS");
        boolean stillLeased = which.equals("of another framework") || which.equals("unknown");
        assertThat(ledger.free()).isEqualTo(stillLeased ? Resources.EMPTY : cpus(2));
    }

    @Test
    void combinesOffersOfOneAcceptAndGivesBackTheRestWithAFilter() {
        register("cpus", 3);
        var first = granted(ledger.offer(F, "*", cpus(1), 1, 1, T0));
        var second = granted(ledger.offer(F, "*", cpus(2), 1, 2, T0));

        var step = ledger.accept(
                FRAMEWORK, List.of(first, second), List.of(launch(tasks("a:2.5"))), Duration.ofSeconds(5));

        assertThat(shown(step)).isEqualTo("run a");
        assertThat(step)
                .contains(new LedgerEffect.ToAllocator(
                        new AllocatorProtocol.Filter(F, "*", AGENT, cpus(0.5), Duration.ofSeconds(5), false)));
    }

    @Test
    void refusesAProposalThatIsLargerThanWhatIsFreeAndTellsTheAllocator() {
        register("cpus", 2);
        ledger.offer(F, "*", cpus(1.5), 1, 1, T0);

        var step = ledger.offer(F, "*", cpus(1), 1, 2, T0);

        assertThat(step).singleElement().isInstanceOfSatisfying(LedgerEffect.ToAllocator.class, e -> {
            var changed = (AllocatorProtocol.AgentChanged) e.message();
            assertThat(changed.free()).isEqualTo(cpus(0.5));
            assertThat(changed.answered()).isEqualTo(2);
        });
        assertThat(ledger.offer(F, "*", cpus(0.5), 1, 2, T0)).as("a copy").isEmpty();
    }

    @Test
    void tellsSessionsInShortWhatRunsHereAndTheListIfTheyAsk() {
        register("cpus", 3);
        var offer = granted(ledger.offer(F, "*", cpus(3), 1, 1, T0));
        ledger.accept(FRAMEWORK, List.of(offer), List.of(launch(tasks("a:1 b:1"))), Duration.ZERO);
        long both = TaskSum.of(new TaskId("a")) + TaskSum.of(new TaskId("b"));
        var there = new LedgerEffect.ToFramework(F, new FrameworkProtocol.TasksThere(AGENT, both, 0));

        assertThat(ledger.tick(T0)).contains(there);
        assertThat(ledger.tick(T0.plusSeconds(1))).doesNotContain(there);
        assertThat(ledger.tick(T0.plusSeconds(5))).contains(there);
        long a = TaskSum.of(new TaskId("a"));
        ledger.updated(update("a", TaskState.TASK_FINISHED));
        assertThat(ledger.tick(T0.plusSeconds(10)))
                .contains(new LedgerEffect.ToFramework(F, new FrameworkProtocol.TasksThere(AGENT, both - a, a)));

        assertThat(ledger.tellTasks(F))
                .singleElement()
                .isInstanceOfSatisfying(LedgerEffect.ToLink.class, e -> assertThat(
                                e.frame().getTellTasks().getFrameworkId())
                        .isEqualTo(F.toProto()));
        var told = TasksTold.newBuilder()
                .setFrameworkId(F.toProto())
                .setFramework(FRAMEWORK)
                .build();
        assertThat(ledger.tasksTold(told))
                .containsExactly(new LedgerEffect.ToFramework(
                        F,
                        new FrameworkProtocol.TasksTold(
                                AGENT, ledger.term().epoch(), 1, Optional.of(FRAMEWORK), List.of())));
    }

    @Test
    void tellsTheAllocatorWhatOfItIsOnOffer() {
        register("cpus", 3);
        var first = granted(ledger.offer(F, "*", cpus(1), 1, 1, T0));
        ledger.offer(F, "*", cpus(2), 1, 2, T0);

        var step = ledger.accept(FRAMEWORK, List.of(first), List.of(launch(tasks("a:1"))), Duration.ZERO);

        assertThat(step)
                .filteredOn(e -> e instanceof LedgerEffect.ToAllocator to
                        && to.message() instanceof AllocatorProtocol.AgentChanged)
                .singleElement()
                .isInstanceOfSatisfying(LedgerEffect.ToAllocator.class, e -> {
                    var changed = (AllocatorProtocol.AgentChanged) e.message();
                    assertThat(changed.held()).containsExactly(new AllocatorProtocol.Holding(F, "*", cpus(3)));
                    assertThat(changed.leased()).containsExactly(new AllocatorProtocol.Holding(F, "*", cpus(2)));
                });
    }

    @Test
    void freesATasksResourcesWithItsFirstTerminalUpdateOnly() {
        register("cpus", 2);
        var offer = granted(ledger.offer(F, "*", cpus(2), 1, 1, T0));
        ledger.accept(FRAMEWORK, List.of(offer), List.of(launch(tasks("a:2"))), Duration.ZERO);

        ledger.updated(update("a", TaskState.TASK_RUNNING));
        assertThat(ledger.free()).isEqualTo(Resources.EMPTY);
        ledger.updated(update("a", TaskState.TASK_FINISHED));
        assertThat(ledger.free()).isEqualTo(cpus(2));
        ledger.updated(update("a", TaskState.TASK_FINISHED));
        assertThat(ledger.free()).isEqualTo(cpus(2));
    }

    /** The agent had sent it again before it heard that it is acknowledged: what runs under the id now has not ended. */
    @Test
    void aRepeatedEndOfATasksFormerRunIsAcknowledgedAndNothingElse() {
        var uuid = ByteString.copyFromUtf8("u");
        register("cpus", 2);
        assertThat(launched("a:1", 1)).isEqualTo("run a");
        var end = update("a", TaskState.TASK_FINISHED).toBuilder();
        end.getStatusBuilder().setUuid(uuid);
        ledger.updated(end.build());
        ledger.acknowledge(F, new TaskId("a"), uuid);
        assertThat(launched("a:1", 2)).isEqualTo("run a");
        ledger.tick(T0.plusSeconds(1));

        assertThat(ledger.updated(end.build())).singleElement().satisfies(effect -> {
            var frame = ((LedgerEffect.ToLink) effect).frame();
            assertThat(frame.getAcknowledge().getUuid()).isEqualTo(uuid);
        });
        assertThat(ledger.free()).isEqualTo(cpus(1));
        end.getStatusBuilder().setUuid(ByteString.copyFromUtf8("of this run"));
        ledger.updated(end.build());
        assertThat(ledger.free()).isEqualTo(cpus(2));
    }

    /** Its acknowledgement was lost with the link, so the agent lists it, and the session takes it for one more task. */
    @Test
    void anAcknowledgedEndThatTheAgentListsAgainIsPassedOn() {
        var uuid = ByteString.copyFromUtf8("u");
        register("cpus", 2);
        launched("a:1", 1);
        var end = update("a", TaskState.TASK_FINISHED).toBuilder();
        end.getStatusBuilder().setUuid(uuid);
        ledger.updated(end.build());
        ledger.acknowledge(F, new TaskId("a"), uuid);
        var listed = task("a", 1).toBuilder().setState(TaskState.TASK_FINISHED);
        ledger.register(
                registration("cpus", 2).toBuilder()
                        .addTasks(listed)
                        .setNumber(2)
                        .build(),
                "10.0.0.1",
                1,
                T0);

        assertThat(ledger.updated(end.build())).anyMatch(LedgerEffect.Forward.class::isInstance);
        ledger.acknowledge(F, new TaskId("a"), uuid);

        assertThat(ledger.ask(F, new TaskId("a"), Optional.empty())).isNotEmpty();
    }

    @Test
    void aProposalForAnotherOwnerIsNotGranted() {
        register("cpus", 2);

        assertThat(ledger.propose(new AgentProtocol.Propose(F, "*", cpus(2), 1, 1, GRANT.epoch() - 1), T0))
                .isEmpty();
        assertThat(ledger.propose(new AgentProtocol.Propose(F, "*", cpus(1), 1, 1, GRANT.epoch()), T0))
                .hasAtLeastOneElementOfType(LedgerEffect.Granted.class);
        assertThat(ledger.propose(new AgentProtocol.Propose(F, "*", cpus(1), 1, 2, 0), T0))
                .as("by an allocator of an older version")
                .hasAtLeastOneElementOfType(LedgerEffect.Granted.class);
    }

    @Test
    void anOlderRegistrationCountsOnlyOnceItsAgentIsUnreachable() {
        ledger.register(registration("cpus", 2).toBuilder().setNumber(7).build(), "10.0.0.1", 1, T0);
        var older = registration("cpus", 2).toBuilder().setNumber(6).build();
        var same = registration("cpus", 2).toBuilder().setNumber(7).build();

        assertThat(ledger.isOld(older, T0.plusSeconds(1_000))).as("connected").isTrue();
        assertThat(ledger.isOld(same, T0)).isFalse();

        ledger.linkLost(T0);
        assertThat(ledger.isOld(older, T0.plusSeconds(74))).isTrue();
        assertThat(ledger.isOld(same, T0.plusSeconds(74)))
                .as("a copy: agents give each a number of its own")
                .isTrue();
        assertThat(ledger.isOld(older, T0.plusSeconds(75)))
                .as("its host may have been set back")
                .isFalse();
    }

    @Test
    void aRegistrationThatIsRepeatedIsAnsweredAndChangesNothing() {
        var register = registration("cpus", 2).toBuilder().setNumber(7).build();
        ledger.register(register, "10.0.0.1", 1, T0);
        var term = ledger.term();

        var effects = ledger.register(register, "10.0.0.1", 2, T0.plusSeconds(1));

        assertThat(effects).singleElement().isInstanceOfSatisfying(LedgerEffect.ToLink.class, e -> assertThat(
                        e.frame().getRegistered().getEpoch())
                .isEqualTo(term.epoch()));
        assertThat(ledger.term()).isEqualTo(term);
    }

    @Test
    void showsOperatorsWhenAnAgentCameAndWhatItCan() {
        register("cpus", 2);
        var again = Register.newBuilder()
                .setAgentInfo(AgentInfo.newBuilder().setHostname("h").addAllResources(cpus(2).toProto("")))
                .setNumber(2)
                .setEpoch(1)
                .setVersion("1")
                .build();

        var shown = ledger.register(again, "10.0.0.1", 2, T0.plusSeconds(9)).stream()
                .filter(LedgerEffect.Seen.class::isInstance)
                .map(effect -> ((LedgerEffect.Seen) effect).agent())
                .findFirst()
                .orElseThrow();

        assertThat(shown.getRegisteredTime().getNanoseconds()).isEqualTo(T0.getEpochSecond() * 1_000_000_000L);
        assertThat(shown.getReregisteredTime().getNanoseconds()).isEqualTo((T0.getEpochSecond() + 9) * 1_000_000_000L);
        assertThat(shown.hasDeactivated()).isTrue();
        assertThat(shown.getCapabilitiesList().toString()).contains("MULTI_ROLE", "HIERARCHICAL_ROLE", "RESIZE_VOLUME");
    }

    @Test
    void believesTheAgentAboutItsTasks() {
        register("cpus", 4);
        var offer = granted(ledger.offer(F, "*", cpus(2), 1, 1, T0));
        ledger.accept(FRAMEWORK, List.of(offer), List.of(launch(tasks("a:2"))), Duration.ZERO);

        var step = ledger.register(
                registration("cpus", 4).toBuilder()
                        .setNumber(2)
                        .addTasks(task("b", 1))
                        .build(),
                "10.0.0.1",
                ++registrations,
                T0);

        assertThat(ledger.free()).isEqualTo(cpus(3));
        assertThat(step)
                .filteredOn(LedgerEffect.Adopted.class::isInstance)
                .singleElement()
                .satisfies(e -> assertThat(((LedgerEffect.Adopted) e).tasks().tasks())
                        .extracting(t -> t.getTaskId().getValue())
                        .containsExactly("b"));
    }

    @Test
    void actsUnderTheEpochThatItWasGiven() {
        var answer = ((LedgerEffect.ToLink) ledger.register(of("c", 6), "10.0.0.1", 3, T0).stream()
                        .filter(LedgerEffect.ToLink.class::isInstance)
                        .findFirst()
                        .orElseThrow())
                .frame()
                .getRegistered();

        assertThat(answer.getEpoch()).isEqualTo(7);
        assertThat(answer.getClusterId()).isEqualTo("c");
        assertThat(ledger.term()).isEqualTo(new Term(7, 3));
        assertThat(granted(ledger.offer(F, "*", cpus(1), 1, 1, T0)).value()).isEqualTo(AGENT + "-O7.3.1");
    }

    @Test
    void stepsDownWhenTheAgentObeysANewerOwner() {
        assertThat(ledger.register(of("c", 8), "10.0.0.1", 1, T0)).contains(new LedgerEffect.StepDown(8));
        assertThat(ledger.connected()).isFalse();

        register("cpus", 2);
        var offer = granted(ledger.offer(F, "*", cpus(2), 1, 1, T0));
        assertThat(ledger.stale(7)).as("its own").isEmpty();
        assertThat(ledger.stale(9))
                .contains(
                        new LedgerEffect.Rescinded(F, List.of(offer)),
                        new LedgerEffect.ToAllocator(new AllocatorProtocol.AgentGone(AGENT, true)),
                        new LedgerEffect.StepDown(9));
        assertThat(ledger.offer(F, "*", cpus(2), 1, 2, T0)).isEmpty();
        assertThat(shown(ledger.accept(FRAMEWORK, List.of(offer), List.of(launch(tasks("a:1"))), Duration.ZERO)))
                .isEqualTo("drop a INVALID_OFFERS");
    }

    @Test
    void refusesAnAgentOfAnotherClusterAndSaysWhatToDo() {
        var refused = ((LedgerEffect.ToLink)
                        ledger.register(of("other", 8), "10.0.0.1", 1, T0).get(0))
                .frame()
                .getRefused();

        assertThat(refused.getPermanent()).isTrue();
        assertThat(refused.getReason()).contains("cluster other", "cluster c", "--accept-cluster");
    }

    @Test
    void takesInAnAgentThatHasNeverHeardOfClustersWhateverEpochItRemembers() {
        ledger.register(of("", 99), "10.0.0.1", 1, T0);

        assertThat(ledger.connected()).isTrue();
    }

    @ParameterizedTest(name = "{0} of an allocator {1}: {2}")
    @CsvSource({"eng, 7, eng/build", "eng/build, 7, eng/build", "'', 8, eng/build", "en, 7, ''", "eng, 6, ''"})
    void endsTheOffersOfARoleThatIsRecalled(String role, long allocator, String ended) {
        register("cpus", 4);
        var offer = granted(ledger.offer(F, "eng/build", cpus(3), 7, 1, T0));

        var effects = ledger.recall(role, allocator);

        if (ended.isEmpty()) {
            assertThat(effects).isEmpty();
        } else {
            assertThat(effects).contains(new LedgerEffect.Rescinded(F, List.of(offer)));
        }
        assertThat(ledger.free()).isEqualTo(ended.isEmpty() ? cpus(1) : cpus(4));
    }

    @Test
    void grantsNothingToAnOlderAllocator() {
        register("cpus", 3);

        assertThat(ledger.offer(F, "*", cpus(1), 5, 90, T0)).hasSize(2);
        assertThat(ledger.offer(F, "*", cpus(1), 4, 91, T0)).as("older").isEmpty();
        assertThat(ledger.offer(F, "*", cpus(1), 6, 1, T0))
                .as("a new one counts anew")
                .hasSize(2);
    }

    @Test
    void tellsEachFrameworkWhichLeasesItHolds() {
        register("cpus", 2);
        var offer = granted(ledger.offer(F, "*", cpus(1), 1, 1, T0));

        assertThat(ledger.tick(T0)).contains(new LedgerEffect.Holds(F, List.of(offer)));
        ledger.decline(F, List.of(offer), Duration.ZERO);
        assertThat(ledger.tick(T0)).noneMatch(LedgerEffect.Holds.class::isInstance);
    }

    /** The session that held it may have ended with its master before it could say so to anybody. */
    @ParameterizedTest
    @ValueSource(strings = {"declined", "accepted", "removed"})
    void theReadModelHearsThatAnOfferIsOverWhoeverEndedIt(String how) {
        register("cpus", 2);
        var offer = granted(ledger.offer(F, "*", cpus(1), 1, 1, T0));

        var effects =
                switch (how) {
                    case "declined" -> ledger.decline(F, List.of(offer), Duration.ZERO);
                    case "accepted" ->
                        ledger.accept(FRAMEWORK, List.of(offer), List.of(launch(tasks("a:1"))), Duration.ZERO);
                    default -> ledger.removeFramework(F, T0);
                };

        assertThat(effects).contains(new LedgerEffect.OffersOver(F, List.of(offer)));
    }

    @Test
    void aLedgerThatIsReplacedTakesBackWhatItHasOffered() {
        register("cpus", 2);
        var offer = granted(ledger.offer(F, "*", cpus(1), 1, 1, T0));

        assertThat(ledger.moves())
                .containsExactly(
                        new LedgerEffect.OffersOver(F, List.of(offer)), new LedgerEffect.Rescinded(F, List.of(offer)));
        assertThat(ledger.moves()).isEmpty();
    }

    private static Register of(String cluster, long epoch) {
        return registration("cpus", 2).toBuilder()
                .setClusterId(cluster)
                .setEpoch(epoch)
                .build();
    }

    @Test
    void offersNothingOfAnAgentWithoutALinkAndLosesItsTasksInTheEnd() {
        register("cpus", 2);
        var offer = granted(ledger.offer(F, "*", cpus(1), 1, 1, T0));
        ledger.accept(FRAMEWORK, List.of(offer), List.of(launch(tasks("a:1"))), Duration.ZERO);
        var second = granted(ledger.offer(F, "*", cpus(1), 1, 2, T0));

        var lost = ledger.linkLost(T0);
        assertThat(lost).contains(new LedgerEffect.Rescinded(F, List.of(second)));
        assertThat(ledger.offer(F, "*", cpus(1), 1, 3, T0)).isEmpty();
        ledger.admitted(5);
        var mark = new LedgerEffect.Mark(5);
        assertThat(ledger.tick(T0.plusSeconds(74))).doesNotContain(mark);
        assertThat(ledger.tick(T0.plusSeconds(75))).contains(mark);
        ledger.markNotBefore(T0.plusSeconds(90));
        assertThat(ledger.tick(T0.plusSeconds(89))).doesNotContain(mark);
        assertThat(ledger.tick(T0.plusSeconds(90))).contains(mark);
        assertThat(ledger.marked(List.of(F, OTHER)))
                .containsExactly(
                        new LedgerEffect.ToAllocator(new AllocatorProtocol.AgentGone(AGENT, false)),
                        new LedgerEffect.Lost(F, TaskState.TASK_UNREACHABLE, 7, List.of(new TaskId("a")), false),
                        new LedgerEffect.Lost(OTHER, TaskState.TASK_UNREACHABLE, 7, List.of(), false),
                        new LedgerEffect.Forgotten(AGENT));
        assertThat(ledger.tick(T0.plusSeconds(99))).as("once").doesNotContain(mark);
    }

    @Test
    void whatTasksHoldCountsWhileTheirAgentIsAwayAndNothingIsFree() {
        register("cpus", 3);
        var offer = granted(ledger.offer(F, "*", cpus(1), 1, 1, T0));
        ledger.accept(FRAMEWORK, List.of(offer), List.of(launch(tasks("a:1"))), Duration.ZERO);
        ledger.offer(F, "*", cpus(1), 1, 2, T0);

        var away = new LedgerEffect.ToAllocator(new AllocatorProtocol.AgentChanged(
                AGENT,
                AgentInfo.newBuilder(registration("cpus", 3).getAgentInfo())
                        .setId(AGENT.toProto())
                        .build(),
                cpus(3),
                Resources.EMPTY,
                List.of(new AllocatorProtocol.Holding(F, "*", cpus(1))),
                2,
                List.of(),
                GRANT.epoch()));
        assertThat(ledger.linkLost(T0)).contains(away);
        assertThat(ledger.tick(T0.plusSeconds(1))).as("to a new allocator, too").contains(away);

        ledger.marked(List.of());
        assertThat(ledger.tick(T0.plusSeconds(76)))
                .as("again and again: the first word may be lost")
                .filteredOn(LedgerEffect.ToAllocator.class::isInstance)
                .containsExactly(GONE);
    }

    @Test
    void anAgentThatDoesNotComeBackAfterAPowerOffIsMarkedToo() {
        ledger.recalled(entry(State.ADMITTED));

        assertThat(ledger.tick(T0.plusSeconds(74))).isEmpty();
        assertThat(ledger.tick(T0.plusSeconds(300))).containsExactly(new LedgerEffect.Mark(3));
        ledger.marked(List.of());
        assertThat(ledger.tick(T0.plusSeconds(449))).containsExactly(GONE);
        assertThat(ledger.tick(T0.plusSeconds(450))).containsExactly(GONE, new LedgerEffect.Idle(AGENT));
    }

    @ParameterizedTest(name = "declared gone: {0}")
    @ValueSource(booleans = {false, true})
    void theLedgerOfAnAgentThatIsLostEndsSomeTimeLater(boolean gone) {
        register("cpus", 2);
        ledger.tick(T0.plusSeconds(1000));
        ledger.linkLost(T0.plusSeconds(1000));
        ledger.tick(T0.plusSeconds(1100));
        var lost = gone ? ledger.gone(List::of) : ledger.marked(List.of());

        assertThat(lost).isNotEmpty();
        assertThat(ledger.tick(T0.plusSeconds(1249))).containsExactly(GONE);
        assertThat(ledger.tick(T0.plusSeconds(1250))).containsExactly(GONE, new LedgerEffect.Idle(AGENT));
    }

    /** An owner before this one may have told the allocator what there is, and died together with the agent. */
    @ParameterizedTest(name = "declared gone: {0}")
    @ValueSource(booleans = {false, true})
    void theAllocatorHearsThatAnAgentIsLostWhichNeverCameBack(boolean gone) {
        ledger.recalled(entry(State.ADMITTED));

        assertThat(gone ? ledger.gone(List::of) : ledger.marked(List.of()))
                .contains(new LedgerEffect.ToAllocator(new AllocatorProtocol.AgentGone(AGENT, false)));
    }

    @Test
    void anAgentThatIsGoneIsToldSoAndNothingOfItIsOffered() {
        register("cpus", 2);
        var offer = granted(ledger.offer(F, "*", cpus(1), 1, 1, T0));

        var effects = ledger.gone(() -> List.of(OTHER));

        assertThat(effects)
                .contains(
                        new LedgerEffect.Rescinded(F, List.of(offer)),
                        new LedgerEffect.Lost(OTHER, TaskState.TASK_GONE_BY_OPERATOR, 7, List.of(), false),
                        new LedgerEffect.Forgotten(AGENT));
        assertThat(effects.get(0)).isInstanceOfSatisfying(LedgerEffect.ToLink.class, e -> assertThat(
                        e.frame().getRefused().getGone())
                .isTrue());
        assertThat(ledger.offer(F, "*", cpus(1), 1, 2, T0)).isEmpty();
    }

    private static AgentEntry entry(State state) {
        return AgentEntry.newBuilder()
                .setInfo(AgentInfo.newBuilder().setHostname("h").setId(AGENT.toProto()))
                .setState(state)
                .setSince(0)
                .setIncarnation(3)
                .setChanged(3)
                .build();
    }

    @ParameterizedTest(name = "an agent that {0}: {1}")
    @CsvSource({
        "was never here, TASK_UNKNOWN",
        "is awaited, none",
        "is here, TASK_GONE",
        "has just gone, none",
        "is lost, TASK_UNREACHABLE",
        "is gone, TASK_GONE_BY_OPERATOR",
        "was lost before, TASK_UNREACHABLE",
        "was gone before, TASK_GONE_BY_OPERATOR",
    })
    void answersForUnknownTasksOnlyWhatIsCertain(String agent, String answer) {
        switch (agent) {
            case "is awaited" -> ledger.recalled(entry(State.ADMITTED));
            case "was lost before" -> ledger.recalled(entry(State.UNREACHABLE));
            case "was gone before" -> ledger.recalled(entry(State.GONE));
            case "was never here" -> ledger.tick(T0);
            default -> register("cpus", 1);
        }
        switch (agent) {
            case "has just gone" -> ledger.linkLost(T0);
            case "is lost" -> {
                ledger.linkLost(T0);
                ledger.marked(List.of());
            }
            case "is gone" -> ledger.gone(List::of);
            default -> ledger.tick(T0);
        }

        var states = ledger.ask(F, new TaskId("t"), Optional.empty()).stream()
                .filter(LedgerEffect.Answer.class::isInstance)
                .map(e -> ((LedgerEffect.Answer) e).state().name());

        assertThat(states.findFirst().orElse("none")).isEqualTo(answer);
    }

    @Test
    void tellsAnAgentAgainToRunATaskUntilItHasSpokenOfIt() {
        register("cpus", 2);
        var offer = granted(ledger.offer(F, "*", cpus(2), 1, 1, T0));
        ledger.accept(FRAMEWORK, List.of(offer), List.of(launch(tasks("a:1 b:1"))), Duration.ZERO);
        ledger.updated(update("b", TaskState.TASK_STARTING));

        assertThat(shown(ledger.tick(T0))).isEmpty();
        assertThat(shown(ledger.tick(T0.plusSeconds(9)))).isEmpty();
        assertThat(shown(ledger.tick(T0.plusSeconds(10)))).isEqualTo("run a");
        assertThat(shown(ledger.tick(T0.plusSeconds(11)))).isEmpty();
        ledger.updated(update("a", TaskState.TASK_RUNNING));
        assertThat(shown(ledger.tick(T0.plusSeconds(60)))).isEmpty();
    }

    @Test
    void doesNotCallATaskGoneWhoseLastUpdateIsUnderWay() {
        register("cpus", 2);
        var offer = granted(ledger.offer(F, "*", cpus(2), 1, 1, T0));
        ledger.accept(FRAMEWORK, List.of(offer), List.of(launch(tasks("a:1"))), Duration.ZERO);
        ledger.updated(update("a", TaskState.TASK_FINISHED));

        assertThat(ledger.ask(F, new TaskId("a"), Optional.of(offer))).isEmpty();
        ledger.acknowledge(F, new TaskId("a"), ByteString.EMPTY);
        assertThat(ledger.ask(F, new TaskId("a"), Optional.of(offer))).isNotEmpty();
    }

    @Test
    void anOfferWhoseAcceptanceWasLostIsVoidOnceItsTaskIsCalledGone() {
        register("cpus", 2);
        var offer = granted(ledger.offer(F, "*", cpus(2), 1, 1, T0));

        assertThat(ledger.ask(F, new TaskId("a"), Optional.of(offer)))
                .contains(
                        new LedgerEffect.Answer(F, new TaskId("a"), Optional.of(offer), TaskState.TASK_GONE),
                        new LedgerEffect.Rescinded(F, List.of(offer)));
        assertThat(ledger.free()).isEqualTo(cpus(2));
        assertThat(shown(ledger.accept(FRAMEWORK, List.of(offer), List.of(launch(tasks("a:1"))), Duration.ZERO)))
                .isEqualTo("drop a INVALID_OFFERS");
    }

    @Test
    void offersOutliveAQuestionForATaskThatWasNotLaunchedOnThem() {
        register("cpus", 2);
        var asked = granted(ledger.offer(F, "*", cpus(1), 1, 1, T0));
        var other = granted(ledger.offer(F, "*", cpus(1), 1, 2, T0));

        assertThat(ledger.ask(F, new TaskId("a"), Optional.empty()))
                .noneMatch(LedgerEffect.Rescinded.class::isInstance)
                .contains(new LedgerEffect.Answer(F, new TaskId("a"), Optional.empty(), TaskState.TASK_GONE));
        assertThat(ledger.ask(F, new TaskId("a"), Optional.of(asked)))
                .contains(new LedgerEffect.Rescinded(F, List.of(asked)));
        assertThat(shown(ledger.accept(FRAMEWORK, List.of(other), List.of(launch(tasks("b:1"))), Duration.ZERO)))
                .isEqualTo("run b");
    }

    @Test
    void neverOvercommitsWhateverComes() {
        for (long seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            var one = new AgentLedger(AGENT, RULES, GRANT, T0);
            var known = new ArrayList<OfferId>(List.of(new OfferId("m-S0-O0.0.0")));
            one.register(registration("cpus", 8), "10.0.0.1", 1, T0);
            for (int i = 1; i < 120; i++) {
                var now = T0.plusSeconds(i);
                var id = known.get(random.nextInt(known.size()));
                int task = random.nextInt(20);
                var step =
                        switch (random.nextInt(7)) {
                            case 0, 1 -> one.offer(F, "*", cpus(1 + random.nextInt(4)), 1, i, now);
                            case 2 ->
                                one.accept(
                                        FRAMEWORK,
                                        List.of(id),
                                        List.of(launch(tasks("t" + task + ":" + (1 + random.nextInt(3))))),
                                        Duration.ZERO);
                            case 3 -> one.decline(F, List.of(id), Duration.ZERO);
                            case 4 -> {
                                var ended = one.updated(update("t" + task, TaskState.TASK_FINISHED));
                                one.acknowledge(F, new TaskId("t" + task), ByteString.EMPTY);
                                yield ended;
                            }
                            case 5 -> random.nextInt(10) == 0 ? one.linkLost(now) : one.tick(now);
                            default ->
                                random.nextInt(10) == 0
                                        ? one.register(registration("cpus", 8), "10.0.0.1", i + 1, now)
                                        : List.<LedgerEffect>of();
                        };
                step.stream()
                        .filter(LedgerEffect.Granted.class::isInstance)
                        .forEach(e -> known.add(OfferId.fromProto(
                                ((LedgerEffect.Granted) e).offer().getId())));
                var held = one.held().values().stream().reduce(Resources.EMPTY, Resources::plus);
                assertThat(one.free().plus(held)).as("seed %d step %d", seed, i).isEqualTo(one.total());
            }
        }
    }

    private void register(String name, double value) {
        registrations++;
        var register = registration(name, value).toBuilder().setNumber(registrations);
        ledger.register(register.build(), "10.0.0.1", registrations, T0);
    }

    private static Register registration(String name, double value) {
        return Register.newBuilder()
                .setAgentInfo(AgentInfo.newBuilder()
                        .setHostname("h")
                        .addAllResources(Resources.scalars(Map.of(name, value)).toProto("")))
                .setNumber(1)
                .setEpoch(0)
                .setVersion("0.1.0")
                .build();
    }

    static Resources cpus(double cpus) {
        return Resources.scalars(Map.of("cpus", cpus));
    }

    private static OfferId granted(List<LedgerEffect> step) {
        return step.stream()
                .filter(LedgerEffect.Granted.class::isInstance)
                .map(e -> OfferId.fromProto(((LedgerEffect.Granted) e).offer().getId()))
                .findFirst()
                .orElseThrow();
    }

    private static List<TaskInfo> tasks(String wanted) {
        return Arrays.stream(wanted.split(" "))
                .map(one -> one.split(":"))
                .map(one -> TaskInfo.newBuilder()
                        .setName(one[0])
                        .setTaskId(new TaskId(one[0]).toProto())
                        .setAgentId(AGENT.toProto())
                        .addAllResources(cpus(Double.parseDouble(one[1])).toProto(""))
                        .build())
                .toList();
    }

    private static Task task(String id, double cpus) {
        return Task.newBuilder()
                .setName(id)
                .setTaskId(new TaskId(id).toProto())
                .setFrameworkId(F.toProto())
                .setAgentId(AGENT.toProto())
                .setState(TaskState.TASK_RUNNING)
                .addAllResources(cpus(cpus).toProto(""))
                .build();
    }

    private static Offer.Operation launch(List<TaskInfo> tasks) {
        return Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.LAUNCH)
                .setLaunch(Offer.Operation.Launch.newBuilder().addAllTaskInfos(tasks))
                .build();
    }

    private static Update update(String task, TaskState state) {
        return Update.newBuilder()
                .setFrameworkId(F.toProto())
                .setStatus(TaskStatus.newBuilder()
                        .setTaskId(new TaskId(task).toProto())
                        .setState(state))
                .setLatestState(state)
                .build();
    }

    private static String shown(List<LedgerEffect> effects) {
        return effects.stream()
                .flatMap(effect -> {
                    if (effect instanceof LedgerEffect.ToLink e && e.frame().hasRun()) {
                        return java.util.stream.Stream.of("run "
                                + e.frame().getRun().getTask().getTaskId().getValue());
                    }
                    if (effect instanceof LedgerEffect.Refused e) {
                        var reason = e.status().getReason().name().replace("REASON_", "");
                        return e.tasks().stream()
                                .map(t -> "drop " + t.getTaskId().getValue() + " " + reason);
                    }
                    return java.util.stream.Stream.empty();
                })
                .collect(Collectors.joining(", "));
    }
}
