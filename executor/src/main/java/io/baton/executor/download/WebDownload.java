package io.baton.executor.download;

import io.baton.executor.fetch.FetchPlan;
import io.baton.executor.fetch.FetchTargets;
import io.baton.executor.web.NoBody;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;

/**
 * Downloads by HTTP. Each address is judged before a connection is made, also behind a redirect, and once more before
 * anything is taken of the answer: a name may change its address in between, but not its new one within moments.
 */
final class WebDownload {
    /** Most redirects that are followed. */
    static final int MAX_REDIRECTS = 5;

    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final int OK = 200;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final FetchTargets targets;
    private final Resolver resolver;

    /** Knows the addresses of a name. */
    interface Resolver {
        InetAddress[] all(String host) throws UnknownHostException;
    }

    WebDownload(FetchTargets targets, Resolver resolver) {
        this.targets = targets;
        this.resolver = resolver;
    }

    /** Made by the first download: to read the host's certificates takes a tenth of an agent's start. */
    private static final class Client {
        private static final HttpClient SHARED = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_TIMEOUT)
                .build();
    }

    /** Writes what is at the URL. Blocks until that is done, or the job is stopped. */
    void fetch(String url, OutputStream out, FetchJob job) throws IOException {
        var at = parse(url);
        for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            judge(at);
            var response = send(at, out, job);
            if (response.statusCode() == OK) {
                return;
            }
            if (!REDIRECTS.contains(response.statusCode())) {
                throw new FetchFailedException("the server answered with status " + response.statusCode());
            }
            at = follow(at, response.headers().firstValue("Location"));
        }
        throw new FetchFailedException("more than " + MAX_REDIRECTS + " redirects");
    }

    private static URI follow(URI from, Optional<String> location) throws FetchFailedException {
        try {
            return from.resolve(parse(location.orElse("")));
        } catch (IllegalArgumentException wrong) {
            throw new FetchFailedException("the server redirects to what is no URL");
        }
    }

    private static URI parse(String url) throws FetchFailedException {
        try {
            return new URI(url);
        } catch (URISyntaxException wrong) {
            throw new FetchFailedException("'" + FetchPlan.shown(url) + "' is no URL: " + wrong.getReason());
        }
    }

    /**
     * The JVM keeps the addresses of a name for a while, so the connection goes to those that are judged here, unless that
     * while ends just then.
     */
    private void judge(URI at) throws FetchFailedException {
        var scheme = String.valueOf(at.getScheme());
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new FetchFailedException("redirected to a URL that is neither http nor https");
        }
        var refusal = targets.refusalOfScheme(scheme);
        if (refusal.isPresent()) {
            throw new FetchFailedException(refusal.get());
        }
        if (at.getHost() == null) {
            throw new FetchFailedException("the URL names no host");
        }
        try {
            for (var address : resolver.all(at.getHost())) {
                var refused = targets.refusalOf(at.getHost(), address.getAddress());
                if (refused.isPresent()) {
                    throw new FetchFailedException(refused.get());
                }
            }
        } catch (UnknownHostException unknown) {
            throw new FetchFailedException("the host '" + at.getHost() + "' is not known");
        }
    }

    private HttpResponse<Void> send(URI at, OutputStream out, FetchJob job) throws IOException {
        var request = HttpRequest.newBuilder(at).GET().build();
        var answer = Client.SHARED.sendAsync(request, head -> {
            var refusal = refusal(at);
            return refusal.isPresent() || head.statusCode() == OK
                    ? new Writing(out, job, length(head), refusal)
                    : new NoBody<>();
        });
        try {
            job.waitsFor(() -> answer.cancel(true));
            return answer.get();
        } catch (CancellationException stopped) {
            job.check();
            throw new FetchFailedException("the download was cancelled");
        } catch (ExecutionException failed) {
            job.check();
            var why = failed.getCause();
            if (why instanceof FetchFailedException told) {
                throw told;
            }
            throw new FetchFailedException(why.getMessage() == null ? why.toString() : why.getMessage());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new FetchFailedException("the agent ends");
        } finally {
            answer.cancel(true);
        }
    }

    private Optional<FetchFailedException> refusal(URI at) {
        try {
            judge(at);
            return Optional.empty();
        } catch (FetchFailedException refused) {
            return Optional.of(refused);
        }
    }

    private static long length(HttpResponse.ResponseInfo head) {
        return head.headers().firstValueAsLong("Content-Length").orElse(0);
    }

    /** Writes a body as it comes, one piece at a time. */
    private static final class Writing implements HttpResponse.BodySubscriber<Void> {
        private final OutputStream out;
        private final FetchJob job;
        private final long announced;
        private final Optional<FetchFailedException> refusal;
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private Flow.Subscription subscription;

        /** @param refusal why nothing of it is to be taken */
        private Writing(OutputStream out, FetchJob job, long announced, Optional<FetchFailedException> refusal) {
            this.out = out;
            this.job = job;
            this.announced = announced;
            this.refusal = refusal;
        }

        @Override
        public CompletionStage<Void> getBody() {
            return done;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            if (refusal.isPresent()) {
                fail(refusal.get());
                return;
            }
            if (!job.hasRoom(announced)) {
                fail(new FetchFailedException("has " + announced + " bytes, more than there is room for"));
                return;
            }
            given.request(1);
        }

        @Override
        public void onNext(List<ByteBuffer> pieces) {
            try {
                for (var piece : pieces) {
                    var bytes = new byte[piece.remaining()];
                    piece.get(bytes);
                    job.use(bytes.length);
                    out.write(bytes);
                }
                subscription.request(1);
            } catch (IOException failure) {
                fail(failure);
            }
        }

        private void fail(IOException failure) {
            subscription.cancel();
            done.completeExceptionally(failure);
        }

        @Override
        public void onError(Throwable failure) {
            done.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            done.complete(null);
        }
    }
}
