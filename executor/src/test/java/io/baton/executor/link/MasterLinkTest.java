package io.baton.executor.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.link.ToAgent;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class MasterLinkTest {
    private static final ActorTestKit KIT = ActorTestKit.create();

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    /** Keeps why the link ended. */
    private static final class Ending implements MasterLink.Listener {
        private final CompletableFuture<String> why = new CompletableFuture<>();

        @Override
        public void up() {}

        @Override
        public void lost(String reason) {
            why.complete(reason);
        }

        @Override
        public CompletionStage<Done> frames(List<ToAgent> frames) {
            return CompletableFuture.completedFuture(Done.getInstance());
        }
    }

    @Test
    void closesQuietlyBeforeItIsConnected() throws Exception {
        try (var master = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < 300; i++) {
                var ending = new Ending();
                var link =
                        MasterLink.open(KIT.system(), "127.0.0.1:" + master.getLocalPort(), LinkIdentity.NONE, ending);
                LockSupport.parkNanos(i * 10_000L); // Closed before, while and after it connects.
                link.close();
                assertThat(ending.why.get(10, TimeUnit.SECONDS))
                        .isIn("closed before it was connected", "closed by the master");
            }
        }
    }

    @Test
    void tellsOfAMasterThatIsNotThere() throws Exception {
        int port;
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();
        }
        var ending = new Ending();
        MasterLink.open(KIT.system(), "127.0.0.1:" + port, LinkIdentity.NONE, ending);
        assertThat(ending.why.get(10, TimeUnit.SECONDS)).isEqualTo("Connection refused");
    }
}
