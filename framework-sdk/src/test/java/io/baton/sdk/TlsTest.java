package io.baton.sdk;

import static io.baton.v1.TaskState.TASK_FINISHED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.baton.sdk.error.MasterUnreachableException;
import io.baton.testkit.FakeAgent;
import io.baton.testkit.FakeMaster;
import java.io.File;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Masters behind https, with a certificate made for the test. */
@Timeout(60)
class TlsTest {
    private static final String PASSWORD = "changeit";

    @TempDir
    private static Path directory;

    private static SSLContext good;
    private static SSLContext ofAnotherHost;

    @BeforeAll
    static void makeCertificates() throws Exception {
        good = context("good", "ip:127.0.0.1");
        ofAnotherHost = context("other", "dns:elsewhere.example");
    }

    @Test
    void runsTasksOverTls() {
        var scheduler = new RecordingScheduler();
        scheduler.todo.addAll(List.of("a", "b", "c"));
        try (var master = FakeMaster.start(FakeMaster.Settings.DEFAULTS.tls(good));
                var framework = Framework.builder()
                        .masters(master.url())
                        .name("tls")
                        .tls(good)
                        .start(scheduler)) {
            master.addAgent(FakeAgent.on("h"));

            await().until(() -> scheduler.count(TASK_FINISHED) == 3);
            assertThat(framework.figures().retries()).isZero();
        }
    }

    @Test
    void doesNotTalkToAMasterWithTheCertificateOfAnotherHost() {
        try (var master = FakeMaster.start(FakeMaster.Settings.DEFAULTS.tls(ofAnotherHost));
                var framework = Framework.builder()
                        .masters(master.url())
                        .name("tls")
                        .tls(ofAnotherHost)
                        .giveUpAfter(Duration.ofSeconds(3))
                        .start(new Scheduler() {})) {
            assertThatThrownBy(() -> framework.awaitSubscribed(Duration.ofSeconds(20)))
                    .isInstanceOf(MasterUnreachableException.class)
                    .hasMessageContaining("No subject alternative names matching IP address 127.0.0.1");
        }
    }

    private static SSLContext context(String name, String host) throws Exception {
        var file = directory.resolve(name + ".p12");
        var keytool = new ProcessBuilder(
                        System.getProperty("java.home") + File.separator + "bin" + File.separator + "keytool",
                        "-genkeypair",
                        "-alias",
                        name,
                        "-keyalg",
                        "EC",
                        "-validity",
                        "1",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=" + host,
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        file.toString())
                .redirectErrorStream(true)
                .start();
        var said = new String(keytool.getInputStream().readAllBytes());
        assertThat(keytool.waitFor()).as(said).isZero();
        var store = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null);
        trusted.setCertificateEntry(name, store.getCertificate(name));
        trust.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
