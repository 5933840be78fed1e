package io.baton.executor;

import com.typesafe.config.ConfigFactory;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** An agent in a JVM of its own, to be killed by a test: {@code AgentMain WORK_DIR MASTER SETTING=VALUE...}. */
public final class AgentMain {
    private AgentMain() {}

    public static void main(String[] arguments) throws Exception {
        var system = ActorSystem.create(Behaviors.empty(), "agent");
        var settings = new HashMap<String, Object>(Map.of(
                "baton.agent.work-dir", arguments[0],
                "baton.agent.hostname", "host-1",
                "baton.agent.ip", "127.0.0.1",
                "baton.agent.resources", "cpus:4;mem:1000;disk:1000;ports:[31000-31005]"));
        Arrays.stream(arguments).skip(2).map(setting -> setting.split("=", 2)).forEach(s -> settings.put(s[0], s[1]));
        var config = AgentConfig.from(ConfigFactory.parseMap(settings));
        Agent.start(
                system,
                config,
                new Agent.Ports(
                        "1.2.3", 5051, () -> CompletableFuture.completedFuture(List.of(arguments[1])), reason -> {
                            System.err.println(reason);
                            System.exit(1);
                        }));
    }
}
