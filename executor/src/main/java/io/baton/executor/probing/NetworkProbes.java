package io.baton.executor.probing;

import io.baton.executor.check.CheckPlan;
import io.baton.executor.check.Outcome;
import io.baton.executor.web.NoBody;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** Asks tasks over the network of this host, without blocking a thread. Only loopback is ever asked. */
public final class NetworkProbes {
    private static final String IPV4 = "127.0.0.1";
    private static final String IPV6 = "::1";

    /** Made by the first probe: a client and its TLS take a tenth of an agent's start, and most agents need none. */
    private static final class Client {
        private static final HttpClient SHARED = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .sslContext(trusting())
                .build();
    }

    /** As in Mesos certificates are not looked at: the task is asked whether it answers, not who it is. */
    private static SSLContext trusting() {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new AnyCertificate()}, null);
            return context;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this JDK has no TLS", impossible);
        }
    }

    /** Asks for a page; only the status of the answer is read. */
    public void ask(CheckPlan.Probe.Http probe, Duration timeout, Consumer<Outcome> done) {
        HttpRequest request;
        try {
            var host = probe.ipv6() ? "[" + IPV6 + "]" : IPV4;
            var scheme = probe.secure() ? "https://" : "http://";
            request = HttpRequest.newBuilder(new URI(scheme + host + ":" + probe.port() + probe.path()))
                    .GET()
                    .build();
        } catch (URISyntaxException | IllegalArgumentException wrong) {
            done.accept(new Outcome.Failed("its path or port makes no URL: " + wrong.getMessage()));
            return;
        }
        var answer = Client.SHARED.sendAsync(request, head -> new NoBody<Void>());
        answer.thenApply(HttpResponse::statusCode)
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((status, failure) -> {
                    answer.cancel(true);
                    done.accept(failure == null ? new Outcome.Answered(status) : failed(failure, timeout));
                });
    }

    /** Connects, and hangs up. */
    public void connect(CheckPlan.Probe.Tcp probe, Duration timeout, Consumer<Outcome> done) {
        try {
            var channel = AsynchronousSocketChannel.open();
            var connected = new CompletableFuture<Void>();
            connected.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS).whenComplete((nothing, failure) -> {
                close(channel);
                done.accept(failure == null ? new Outcome.Connected() : failed(failure, timeout));
            });
            channel.connect(
                    new InetSocketAddress(probe.ipv6() ? IPV6 : IPV4, probe.port()),
                    connected,
                    new CompletionHandler<Void, CompletableFuture<Void>>() {
                        @Override
                        public void completed(Void nothing, CompletableFuture<Void> future) {
                            future.complete(null);
                        }

                        @Override
                        public void failed(Throwable why, CompletableFuture<Void> future) {
                            future.completeExceptionally(why);
                        }
                    });
        } catch (IOException | RuntimeException impossible) {
            done.accept(new Outcome.Failed("cannot connect: " + impossible.getMessage()));
        }
    }

    private static void close(AsynchronousSocketChannel channel) {
        try {
            channel.close();
        } catch (IOException closed) {
            // It was to be closed.
        }
    }

    private static Outcome failed(Throwable failure, Duration timeout) {
        var why = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (why instanceof TimeoutException) {
            return new Outcome.Failed("no answer within " + timeout.toMillis() / 1000.0 + " s");
        }
        return new Outcome.Failed(why.getMessage() == null ? why.getClass().getSimpleName() : why.getMessage());
    }

    private static final class AnyCertificate extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
