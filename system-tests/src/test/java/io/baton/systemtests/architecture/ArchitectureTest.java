package io.baton.systemtests.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.baton.core.protocol.WireMessage;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of docs/architecture.md that no compiler knows: who may see whom, and what a core must not touch. */
class ArchitectureTest {
    private static final JavaClasses BATON = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.baton");

    /** Messages, made by protoc: not ours to name or shape. */
    private static final String[] GENERATED = {
        "io.baton.v1..", "io.baton.link..", "io.baton.executor.record..", "io.baton.resourcemanager.registry.record.."
    };

    /** Module by module, the packages of Baton it may see besides its own. */
    private static final Map<String, List<String>> ARROWS = Map.of(
            "protocol", List.of("v1", "link"),
            "core", List.of("protocol", "v1", "link"),
            "resourcemanager", List.of("core", "protocol", "v1", "link"),
            "executor", List.of("core", "protocol", "v1", "link"),
            "httpapi", List.of("core", "protocol", "v1"),
            "sdk", List.of("protocol", "v1"),
            "testkit", List.of("protocol", "v1"),
            "cli", List.of("sdk", "protocol", "v1"),
            "distribution",
                    List.of("resourcemanager", "executor", "httpapi", "sdk", "cli", "core", "protocol", "v1", "link"));

    /** Where decisions are made. */
    private static final String[] DOMAIN = {
        "io.baton.core.id..",
        "io.baton.core.resource..",
        "io.baton.core.step..",
        "io.baton.core.task..",
        "io.baton.resourcemanager.agent..",
        "io.baton.resourcemanager.allocation..",
        "io.baton.resourcemanager.framework..",
        "io.baton.resourcemanager.query..",
        "io.baton.resourcemanager.quota..",
        "io.baton.resourcemanager.registry.state..",
        "io.baton.resourcemanager.validation..",
        "io.baton.executor.agent..",
        "io.baton.executor.check..",
        "io.baton.executor.checkpoint..",
        "io.baton.executor.fetch..",
        "io.baton.executor.task..",
        "io.baton.executor.update..",
        "io.baton.sdk.session.."
    };

    /** What in those packages acts instead of deciding, or is what an actor is told and made of, besides themselves. */
    private static final List<String> SHELLS = List.of(
            "io.baton.resourcemanager.agent.AgentClaim",
            "io.baton.resourcemanager.agent.AgentLinks",
            "io.baton.resourcemanager.agent.LedgerLog",
            "io.baton.resourcemanager.agent.LedgerVoice",
            "io.baton.resourcemanager.agent.AgentSurroundings",
            "io.baton.resourcemanager.agent.RegistrationGate",
            "io.baton.resourcemanager.agent.RegistryAgents",
            "io.baton.resourcemanager.framework.AgentsAway",
            "io.baton.resourcemanager.framework.CatchingUp",
            "io.baton.resourcemanager.framework.FrameworkNumbers",
            "io.baton.resourcemanager.framework.FrameworkStart",
            "io.baton.resourcemanager.framework.FrameworkSurroundings",
            "io.baton.resourcemanager.framework.SchedulerStreams",
            "io.baton.resourcemanager.framework.SessionVoice",
            "io.baton.executor.agent.AgentCommand",
            "io.baton.executor.agent.AgentParts",
            "io.baton.executor.agent.ContainerCalls",
            "io.baton.executor.agent.ExecutorCalls",
            "io.baton.executor.agent.MasterOrders",
            "io.baton.executor.checkpoint.CorruptJournalException",
            "io.baton.executor.checkpoint.Journal",
            "io.baton.executor.checkpoint.JournalReader",
            "io.baton.executor.checkpoint.JournalWriter",
            "io.baton.executor.checkpoint.WorkDirLock");

    private static final List<String> OUTSIDE_PACKAGES = List.of(
            "org.apache.pekko",
            "scala",
            "com.typesafe",
            "org.slf4j",
            "io.prometheus",
            "java.io",
            "java.net",
            "java.nio",
            "java.util.concurrent");

    private static final List<String> OUTSIDE_CLASSES = List.of(
            "java.lang.Process",
            "java.lang.ProcessBuilder",
            "java.lang.ProcessHandle",
            "java.lang.Runtime",
            "java.lang.Thread",
            "java.lang.ThreadLocal",
            "java.security.SecureRandom",
            "java.time.Clock",
            "java.util.Random",
            "java.util.SplittableRandom",
            "java.util.Timer");

    /** In those packages, but plain values: nothing happens by having one. */
    private static final List<String> VALUES = List.of(
            "java.io.IOException",
            "java.io.Serializable",
            "java.net.URI",
            "java.net.URISyntaxException",
            "java.nio.ByteBuffer",
            "java.nio.charset.Charset",
            "java.nio.charset.StandardCharsets",
            "java.nio.file.Path",
            "java.util.concurrent.TimeUnit");

    private static final DescribedPredicate<JavaClass> A_CORE = DescribedPredicate.describe("a core", type -> {
        var outer = outermost(type);
        return !outer.getSimpleName().endsWith("Entity")
                && !outer.getSimpleName().endsWith("Actor")
                && !SHELLS.contains(outer.getName());
    });

    private static final DescribedPredicate<JavaClass> THE_OUTSIDE =
            DescribedPredicate.describe("actors, clocks, chance, I/O or threads", ArchitectureTest::isOutside);

    static Stream<Arguments> modules() {
        return ARROWS.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(m -> Arguments.of(m.getKey(), m.getValue()));
    }

    @ParameterizedTest(name = "{0} sees of Baton only {1}")
    @MethodSource("modules")
    void modulesSeeOnlyWhatTheyStandOn(String module, List<String> others) {
        var allowed = Stream.concat(Stream.of(module), others.stream())
                .map(name -> "io.baton." + name + "..")
                .toArray(String[]::new);

        noClasses()
                .that()
                .resideInAPackage("io.baton." + module + "..")
                .should()
                .dependOnClassesThat(
                        resideInAPackage("io.baton..").and(DescribedPredicate.not(resideInAnyPackage(allowed))))
                .check(BATON);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"protocol", "v1", "link", "sdk", "testkit", "cli"})
    void whatUsersBuildOnKnowsNoActors(String module) {
        noClasses()
                .that()
                .resideInAPackage("io.baton." + module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.pekko..", "scala..", "com.typesafe..")
                .check(BATON);
    }

    @Test
    void theSdkNeedsTheJdkProtobufAndSlf4jOnly() {
        classes()
                .that()
                .resideInAPackage("io.baton.sdk..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("io.baton..", "java..", "javax..", "com.google.protobuf..", "org.slf4j..")
                .check(BATON);
    }

    @Test
    void coresDecideFromTheirArgumentsAlone() {
        noClasses()
                .that()
                .resideInAnyPackage(DOMAIN)
                .and(A_CORE)
                .should(dependOnClassesThat(THE_OUTSIDE))
                .orShould(callWhatDiffersFromRunToRun())
                .check(BATON);
    }

    /** The list above is for what is there: a name that is gone must not excuse a later class. */
    @Test
    void everyExceptionExists() {
        assertThat(SHELLS).allMatch(BATON::contain);
        assertThat(DOMAIN).allSatisfy(domain -> assertThat(BATON.that(resideInAPackage(domain)))
                .isNotEmpty());
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "protocol",
                "core",
                "resourcemanager",
                "executor",
                "httpapi",
                "sdk",
                "testkit",
                "cli",
                "distribution"
            })
    void packagesFormNoCycles(String module) {
        slices().assignedFrom(packagesOf("io.baton." + module))
                .should()
                .beFreeOfCycles()
                .check(BATON);
    }

    @Test
    void onlySettingsAndMainsReadConfiguration() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.baton.core.config..", "io.baton.distribution..")
                .and()
                .haveSimpleNameNotEndingWith("Config")
                .and()
                // Turns its settings into those of the HTTP library.
                .doNotHaveFullyQualifiedName("io.baton.httpapi.server.HttpServer")
                .and()
                // The main of a process of its own.
                .doNotHaveFullyQualifiedName("io.baton.benchmarks.api.ApiServer")
                .and()
                // Pekko makes it, with its settings.
                .doNotHaveFullyQualifiedName("io.baton.resourcemanager.membership.ProbingFailureDetector")
                .and()
                .doNotHaveFullyQualifiedName("io.baton.resourcemanager.membership.MasterTls")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.typesafe.config..")
                .check(BATON);
    }

    /** A host's clock may be set at any moment, and nobody is to lose patience over that. */
    @Test
    void mastersAndAgentsWaitByAClockThatDoesNotJump() {
        noClasses()
                .that()
                .resideInAnyPackage("io.baton.executor..", "io.baton.resourcemanager..")
                .and()
                // They compare with times that the registry holds, or write them there.
                .doNotHaveFullyQualifiedName("io.baton.resourcemanager.MasterNode")
                .and()
                .doNotHaveFullyQualifiedName("io.baton.resourcemanager.registry.Registry")
                .should()
                .callMethod(Clock.class, "systemUTC")
                .check(BATON);
    }

    @Test
    void namesSayWhatAThingIs() {
        noClasses()
                .that()
                .resideOutsideOfPackages(GENERATED)
                .should()
                .haveNameMatching(".*[.$](Abstract[^.$]*|[^.$]*(Impl|Helper|Utils?|Manager|Data|Info))")
                .orShould()
                .resideInAnyPackage(
                        "..util..", "..utils..", "..common..", "..impl..", "..model..", "..helper..", "..misc..")
                .check(BATON);
    }

    @Test
    void messagesBetweenMastersAreRecordsOfSealedInterfaces() {
        var others = new TreeSet<String>();
        for (var type : BATON) {
            if (type.isAssignableTo(WireMessage.class) && !staysInItsJvm(type)) {
                var loaded = type.reflect();
                if (!loaded.isRecord() && !loaded.isSealed() && loaded != WireMessage.class) {
                    others.add(type.getName());
                }
            }
        }

        assertThat(others).isEmpty();
    }

    /** {@code Internal} is what an actor tells itself. */
    private static boolean staysInItsJvm(JavaClass type) {
        return type.getSimpleName().equals("Internal")
                || type.getAllRawInterfaces().stream()
                        .anyMatch(i -> i.getSimpleName().equals("Internal"));
    }

    private static JavaClass outermost(JavaClass type) {
        var outer = type;
        while (outer.getEnclosingClass().isPresent()) {
            outer = outer.getEnclosingClass().get();
        }
        return outer;
    }

    private static boolean isOutside(JavaClass type) {
        var home = type.getPackageName();
        return !VALUES.contains(type.getName())
                        && OUTSIDE_PACKAGES.stream().anyMatch(p -> home.equals(p) || home.startsWith(p + "."))
                || OUTSIDE_CLASSES.contains(type.getName());
    }

    private static ArchCondition<JavaClass> callWhatDiffersFromRunToRun() {
        return new ArchCondition<>("call what differs from run to run") {
            private static final List<String> CALLS = List.of(
                    "java.lang.System.currentTimeMillis",
                    "java.lang.System.nanoTime",
                    "java.lang.System.getenv",
                    "java.lang.System.getProperty",
                    "java.lang.System.identityHashCode",
                    "java.lang.Math.random",
                    "java.util.UUID.randomUUID",
                    "java.time.Instant.now",
                    "java.time.LocalDateTime.now",
                    "java.time.ZonedDateTime.now",
                    "java.util.Collections.shuffle");

            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (var access : type.getAccessesFromSelf()) {
                    var target = access.getTargetOwner().getName() + "."
                            + access.getTarget().getName();
                    boolean differs = CALLS.contains(target);
                    if (differs) {
                        events.add(SimpleConditionEvent.satisfied(type, access.getDescription()));
                    }
                }
            }
        };
    }

    private static SliceAssignment packagesOf(String module) {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                var name = type.getPackageName();
                return name.equals(module) || name.startsWith(module + ".")
                        ? SliceIdentifier.of(name)
                        : SliceIdentifier.ignore();
            }

            @Override
            public String getDescription() {
                return "the packages of " + module;
            }
        };
    }
}
