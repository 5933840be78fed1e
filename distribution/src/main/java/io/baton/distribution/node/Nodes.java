package io.baton.distribution.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import io.baton.cli.terminal.CommandFailure;
import io.baton.core.security.Expiries;
import io.baton.core.security.Tls;
import io.baton.core.security.TlsConfig;
import io.baton.distribution.config.Configuration;
import io.baton.distribution.config.NodeConfig;
import io.baton.httpapi.server.PortTakenException;
import io.baton.resourcemanager.membership.MasterTls;
import io.baton.resourcemanager.membership.Readiness;
import java.net.BindException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.slf4j.LoggerFactory;

/** Actor systems, and how to wait for what they start. */
public final class Nodes {
    /** Name of all our actor systems: members of one cluster must agree on it. */
    static final String NAME = "baton";

    private static final String UNBIND = "pekko.coordinated-shutdown.phases.service-unbind.timeout";

    /** In which connections that have used up their time are cut off. */
    private static final Duration UNBIND_MARGIN = Duration.ofSeconds(1);

    private static final Duration START = Duration.ofSeconds(60);

    private Nodes() {}

    /** A system that is not part of a cluster. */
    static ActorSystem<Void> alone(Configuration configuration) {
        return system(configuration, withoutSerializers(configuration.all()));
    }

    /**
     * Messages that stay in the process are not serialized. Pekko would start all serializers that its settings name,
     * those of clusters too, which is a fifth of the time that an agent takes to start.
     */
    private static Map<String, Object> withoutSerializers(Config all) {
        var serializers = new HashMap<String, Object>();
        all.getObject("pekko.actor.serializers")
                .keySet()
                .forEach(name -> serializers.put(ConfigUtil.quoteString(name), UnusedSerializer.class.getName()));
        var bindings = new HashMap<String, Object>();
        all.getObject("pekko.actor.serialization-bindings")
                .keySet()
                .forEach(type -> bindings.put(ConfigUtil.quoteString(type), "none"));
        return Map.of(
                // At 10 ms an idle agent wakes up a hundred times a second, for timers none of which is finer than a
                // tenth.
                "pekko.scheduler.tick-duration",
                "20ms",
                "pekko.actor.provider",
                "local",
                "pekko.actor.serializers",
                serializers,
                "pekko.actor.serialization-bindings",
                bindings);
    }

    /** A system that will join a cluster: see {@link Joining}. */
    static ActorSystem<Void> clustered(Configuration configuration, NodeConfig node, String host, String reachable) {
        var settings = new HashMap<String, Object>();
        settings.put("pekko.actor.provider", "cluster");
        settings.put("pekko.remote.artery.canonical.hostname", reachable);
        settings.put("pekko.remote.artery.canonical.port", node.clusterPort());
        settings.put("pekko.remote.artery.bind.hostname", host);
        settings.put("pekko.cluster.min-nr-of-members", Readiness.majority(node.expectedMasters()));
        if (configuration
                .read(config -> TlsConfig.from(config, TlsConfig.MASTERS))
                .isPresent()) {
            settings.put("pekko.remote.artery.transport", "tls-tcp");
            settings.put("pekko.remote.artery.ssl.ssl-engine-provider", MasterTls.class.getName());
        }
        return system(configuration, settings);
    }

    /** What this process shows to others, by sections of the settings; from now on its log says when any of it expires. */
    static SortedMap<String, Tls> certificates(ActorSystem<?> system, Configuration configuration) {
        var shown = configuration.read(TlsConfig::all);
        if (!shown.isEmpty()) {
            var expiries = new Expiries(shown, Clock.systemUTC());
            system.scheduler()
                    .scheduleWithFixedDelay(Duration.ZERO, Expiries.LOOK, expiries::look, system.executionContext());
        }
        return shown;
    }

    private static ActorSystem<Void> system(Configuration configuration, Map<String, Object> settings) {
        // Else Pekko ends the phase in which connections are closed after its own five seconds.
        var unbind = configuration.read(NodeConfig::from).stopTimeout().plus(UNBIND_MARGIN);
        Config config = ConfigFactory.parseMap(settings, "baton")
                .withFallback(ConfigFactory.parseMap(Map.of(UNBIND, unbind.toMillis() + "ms")))
                .withFallback(configuration.all());
        LoggerFactory.getILoggerFactory(); // Before there are threads: it complains of what they log meanwhile.
        try {
            return ActorSystem.create(Behaviors.empty(), NAME, config);
        } catch (RuntimeException e) {
            throw portTaken(e, "baton.node.cluster-port (--cluster-port)");
        }
    }

    /** Waits until this master is a member of the cluster. */
    static void awaitMember(ActorSystem<?> system, NodeConfig node, String reachable, CompletableFuture<Done> up) {
        system.getWhenTerminated().thenRun(() -> up.completeExceptionally(notJoined(node, reachable)));
        await(up, node.joinTimeout(), () -> notJoined(node, reachable));
    }

    static CommandFailure notJoined(NodeConfig node, String reachable) {
        int majority = Readiness.majority(node.expectedMasters());
        return CommandFailure.tryAgain("this master is not a member of a cluster within "
                + node.joinTimeout().toSeconds() + " s: " + majority + " of the " + node.expectedMasters()
                + " masters must run and reach each other's cluster ports and baton.registry.port"
                + (node.seeds().isEmpty() ? "" : "; the first time, the first of " + node.seeds() + " among them")
                + (node.seeds().isEmpty() || node.isSeed(reachable)
                        ? ""
                        : "; this one is " + reachable + ", port " + node.clusterPort()
                                + ", which is none of these: say with --advertise which of them it is"));
    }

    /** Why a master's system has ended, unless somebody asked it to. */
    public static Optional<String> problemAtEnd(ActorSystem<?> system) {
        var ended = CoordinatedShutdown.get(system).getShutdownReason();
        return ended.flatMap(MasterRegistry::problem)
                .or(() -> ended.filter(reason -> reason instanceof CoordinatedShutdown.ClusterDowningReason$
                                || reason instanceof CoordinatedShutdown.ClusterJoinUnsuccessfulReason$
                                || reason instanceof CoordinatedShutdown.IncompatibleConfigurationDetectedReason$)
                        .map(reason -> "the masters have gone on without this one, which could not be reached or is too"
                                + " different (" + reason + "): it has stopped serving; start it again to join them"));
    }

    static <T> T await(CompletionStage<T> stage, Supplier<CommandFailure> late) {
        return await(stage, START, late);
    }

    private static <T> T await(CompletionStage<T> stage, Duration patience, Supplier<CommandFailure> late) {
        try {
            return stage.toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted while starting");
        } catch (TimeoutException e) {
            throw late.get();
        } catch (ExecutionException e) {
            throw failed(e.getCause());
        }
    }

    private static RuntimeException failed(Throwable cause) {
        var real = cause instanceof CompletionException && cause.getCause() != null ? cause.getCause() : cause;
        if (real instanceof PortTakenException) {
            return CommandFailure.failed(real.getMessage(), real);
        }
        return real instanceof RuntimeException known ? known : new IllegalStateException(real);
    }

    /** What a failure to listen means to the operator; the failure itself if it is another. */
    static RuntimeException portTaken(Throwable failure, String setting) {
        for (var reason = failure; reason != null; reason = reason.getCause()) {
            var said = String.valueOf(reason.getMessage());
            if (reason instanceof BindException || said.contains("Bind failed") || said.contains("Failed to bind")) {
                return CommandFailure.failed(
                        "the port of " + setting + " is taken: end the process that has it,"
                                + " or choose another one (0 for any free)",
                        failure);
            }
        }
        return failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
    }

    /** Adds a step to the order in which the process ends. */
    static void atStop(ActorSystem<?> system, String phase, String name, Supplier<CompletionStage<Done>> step) {
        CoordinatedShutdown.get(system).addTask(phase, name, step);
    }
}
