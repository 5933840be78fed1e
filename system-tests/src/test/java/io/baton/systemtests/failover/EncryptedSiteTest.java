package io.baton.systemtests.failover;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.baton.benchmarks.failover.Site;
import io.baton.core.security.Tls;
import io.baton.core.security.TlsConfig;
import io.baton.executor.link.LinkIdentity;
import io.baton.executor.link.MasterLink;
import io.baton.link.Heartbeat;
import io.baton.link.ToAgent;
import io.baton.link.ToMaster;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Masters and agents as processes, with certificates on all that they say to each other. */
@Timeout(180)
class EncryptedSiteTest {
    private static final ActorSystem<Void> SYSTEM = ActorSystem.create(Behaviors.empty(), "callers");

    private static final Pattern VOTER = Pattern.compile("\"address\":\"([^\"]+)\"");

    private static Site site;

    @BeforeAll
    static void start() throws Exception {
        site = Site.encrypted(3, 1, "cpus:1;mem:128;disk:128"); // Done when each master shows the agent.
    }

    @AfterAll
    static void stop() {
        site.close();
        SYSTEM.terminate();
    }

    /** Hears how a call ends; whoever answers has taken it in. */
    private static final class Call implements MasterLink.Listener {
        private final CompletableFuture<String> end = new CompletableFuture<>();

        @Override
        public void up() {
            // That somebody listens says nothing yet.
        }

        @Override
        public void lost(String why) {
            end.complete(why);
        }

        @Override
        public CompletionStage<Done> frames(List<ToAgent> frames) {
            end.completeExceptionally(new AssertionError("answered: " + frames));
            return CompletableFuture.completedFuture(Done.done());
        }
    }

    private static String endOf(String address, Optional<Tls> tls) throws Exception {
        var call = new Call();
        var link = MasterLink.open(SYSTEM, address, new LinkIdentity(Optional.empty(), tls), call);
        link.send(ToMaster.newBuilder()
                .setHeartbeat(Heartbeat.getDefaultInstance())
                .build());
        return call.end.get(60, TimeUnit.SECONDS);
    }

    private static Optional<Tls> tls(Path authority, Path key) {
        var files = Map.of(
                "tls.key", key + ".key",
                "tls.certificate", key + ".pem",
                "tls.authority", authority.resolve("authority.pem").toString());
        return TlsConfig.from(ConfigFactory.parseMap(files), "tls");
    }

    private static List<String> mastersPorts() throws IOException, InterruptedException {
        var out = new ArrayList<String>();
        site.clusterPorts().stream().map(EncryptedSiteTest::hostPort).forEach(out::add);
        var status = HttpRequest.newBuilder(URI.create(site.urls().get(0) + "/api/v1/operator/status"));
        var voters = VOTER.matcher(HttpClient.newHttpClient()
                .send(status.build(), BodyHandlers.ofString())
                .body());
        while (voters.find()) {
            out.add(voters.group(1));
        }
        return out;
    }

    private static String hostPort(InetSocketAddress address) {
        return address.getHostString() + ":" + address.getPort();
    }

    @Test
    void anAgentsCertificateIsNotTakenForAMasters() throws Exception {
        var certificates = site.certificates();
        var masters = certificates.resolve("masters");

        var ports = mastersPorts();
        assertThat(ports).hasSize(6);
        for (var address : ports) {
            assertThat(endOf(address, tls(masters, certificates.resolve("links").resolve("agent-0"))))
                    .as(address)
                    .contains("Received fatal alert: ");
        }
    }

    @Test
    void whoIsSignedByAnotherAuthorityHasNoLink() throws Exception {
        var certificates = site.certificates();
        var stranger = tls(
                certificates.resolve("links"), certificates.resolve("masters").resolve("master-1"));

        for (var address : site.linkPorts()) {
            assertThat(endOf(hostPort(address), stranger)).contains("Received fatal alert: ");
        }
    }

    @Test
    void whoDoesNotEncryptHasNoLink() throws Exception {
        for (var address : site.linkPorts()) {
            assertThat(endOf(hostPort(address), Optional.empty())).isEqualTo("closed by the master");
        }
    }
}
