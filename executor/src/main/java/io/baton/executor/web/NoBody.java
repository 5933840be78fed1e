package io.baton.executor.web;

import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** For an answer of which only the head matters: its body is not read, however long it is. */
public final class NoBody<T> implements HttpResponse.BodySubscriber<T> {
    @Override
    public CompletionStage<T> getBody() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscription.cancel();
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
        // What was on its way already.
    }

    @Override
    public void onError(Throwable throwable) {
        // The head is all there is to know.
    }

    @Override
    public void onComplete() {
        // A body that was empty.
    }
}
