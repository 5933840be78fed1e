package io.baton.httpapi.agent;

import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.ContainerProtocol;
import io.baton.core.protocol.ContainerProtocol.Attachment;
import io.baton.core.security.ExecutorIdentity;
import io.baton.httpapi.codec.CallReader;
import io.baton.httpapi.codec.CallReader.UnreadableCallException;
import io.baton.httpapi.codec.Replies;
import io.baton.httpapi.error.Refusal;
import io.baton.httpapi.operator.OperatorCall;
import io.baton.httpapi.server.BodyBudget;
import io.baton.protocol.codec.Encoding;
import io.baton.protocol.codec.MessageParts;
import io.baton.protocol.recordio.RecordIoDecoder;
import io.baton.protocol.recordio.RecordIoException;
import io.baton.v1.ContainerID;
import io.baton.v1.TTYInfo;
import io.baton.v1.agent.Call;
import io.baton.v1.agent.ProcessIO;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.util.ByteString;

/**
 * One ATTACH_CONTAINER_INPUT: records that come in with the request's body. One after the other; one owner.
 *
 * <p>Whoever sends it may take as long as the container runs, so what waits of it counts among the bodies under way: the
 * record that is not complete, and what is made of one as long as the process does not read it. The first record, without
 * which nobody knows whom it is for, is short and has to come soon.
 */
final class ProcessInput {
    private static final int MAX_RECORD_BYTES = 1 << 20;
    private static final int MAX_FIRST_BYTES = 16 * 1024;
    private static final int SLICE_BYTES = 4_096;
    /** How long a process that does not read is waited for before the next attempt; then twice as long each time. */
    private static final Duration AGAIN = Duration.ofMillis(20);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    /** So long after its container has ended a body that has not ended is answered: what is wrong with it counts more. */
    private static final Duration AFTER_END = Duration.ofSeconds(2);

    private static final int BUSY = 503;

    private final Encoding encoding;
    private final Consumer<ContainerProtocol> agent;
    private final Optional<ExecutorIdentity> executor;
    private final RecordIoDecoder decoder = new RecordIoDecoder(MAX_FIRST_BYTES, MAX_RECORD_BYTES);
    private final BodyBudget budget;
    private final BodyBudget.Share share;
    private volatile boolean begun;
    private Optional<ContainerID> container = Optional.empty();
    private final CompletableFuture<Refusal> refused = new CompletableFuture<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();

    /**
     * @param executor who sends it, if an executor has shown its token
     * @param budget of the bodies under way
     */
    ProcessInput(
            Encoding encoding,
            Consumer<ContainerProtocol> agent,
            Optional<ExecutorIdentity> executor,
            BodyBudget budget) {
        this.encoding = encoding;
        this.agent = agent;
        this.executor = executor;
        this.budget = budget;
        this.share = budget.share();
    }

    /** The next bytes. Completes when the container has them, or it is clear that it will not. */
    CompletionStage<ProcessInput> take(ByteString bytes) {
        CompletionStage<ProcessInput> done = CompletableFuture.completedFuture(this);
        if (isOver()) {
            return done;
        }
        List<byte[]> records;
        try {
            records = decoder.feed(bytes.toArray());
        } catch (RecordIoException e) {
            return refuse(Refusal.badRequest("Failed to decode the body as RecordIO: " + e.getMessage()));
        }
        long held = decoder.heldBytes();
        for (var record : records) {
            held += record.length;
        }
        if (!share.holds(held)) {
            return refuse(Refusal.NO_ROOM_FOR_BODY);
        }
        if (!records.isEmpty()) {
            begun = true;
        }
        long waiting = held;
        for (var record : records) {
            done = done.thenCompose(self -> record(record, waiting));
        }
        return done.whenComplete((self, failure) -> share.holds(decoder.heldBytes()));
    }

    private boolean isOver() {
        return over.isDone() || refused.isDone();
    }

    /** It is answered, or the client is gone: what its process has not read by now it will not. */
    void end() {
        over.complete(null);
        share.over();
    }

    /** Time is up for the first record. */
    void due() {
        if (!begun) {
            refuse(Refusal.SLOW_BODY);
        }
    }

    /** @param waiting bytes of all that is there */
    private CompletionStage<ProcessInput> record(byte[] record, long waiting) {
        if (isOver()) {
            return CompletableFuture.completedFuture(this);
        }
        long parts = budget.partsOf(encoding, record, Call.getDescriptor());
        if (!share.holds(waiting + parts * MessageParts.BYTES)) {
            return refuse(Refusal.NO_ROOM_FOR_BODY);
        }
        try {
            var whole =
                    CallReader.read(encoding, ByteString.fromArrayUnsafe(record), Call.newBuilder(), budget.parts());
            return container.isEmpty() ? first(whole.build()) : next(whole.getAttachContainerInput());
        } catch (UnreadableCallException e) {
            return refuse(e.refusal());
        }
    }

    /** Says for which container the others are. */
    private CompletionStage<ProcessInput> first(Call call) {
        var id = call.getAttachContainerInput().getContainerId();
        var problem = OperatorCall.problem(call, Set.of()).or(() -> ContainerCallRules.problem(call));
        if (problem.isPresent()) {
            return refuse(Refusal.badRequest("Failed to validate agent::Call: " + problem.get()));
        }
        if (call.getType() != Call.Type.ATTACH_CONTAINER_INPUT) {
            return refuse(Refusal.of(
                    415,
                    "Streaming 'Content-Type' " + ContainerApi.RECORDIO + " is not supported for " + call.getType()
                            + " call"));
        }
        if (call.getAttachContainerInput().getType() != Call.AttachContainerInput.Type.CONTAINER_ID) {
            return refuse(Refusal.badRequest("Expecting 'attach_container_input.type' to be CONTAINER_ID"));
        }
        if (executor.isPresent() && !ContainerCallRules.isIn(executor.get(), id)) {
            return refuse(ContainerApi.NOT_OPEN);
        }
        var answer = new CompletableFuture<Optional<Attachment>>();
        agent.accept(new ContainerProtocol.Attach(id, answer));
        return answer.thenApply(found -> {
            ContainerApi.refusal(id, found).ifPresent(this::refuse);
            found.ifPresent(its -> refuseAfter(its.ended(), id));
            container = Optional.of(id);
            return this;
        });
    }

    /** A container that runs for long keeps nothing of the inputs that are over: there may be any number. */
    private void refuseAfter(CompletableFuture<?> end, ContainerID id) {
        CompletableFuture.anyOf(end, over, refused).thenRun(() -> {
            if (end.isDone()) {
                var why = Refusal.badRequest("Container " + ContainerProtocol.text(id) + " has ended");
                CompletableFuture.delayedExecutor(AFTER_END.toMillis(), TimeUnit.MILLISECONDS)
                        .execute(() -> refuse(why));
            }
        });
    }

    /** The rest of the body will not be read. */
    private static Refusal closing(Refusal why) {
        return new Refusal(why.status(), why.text(), why.headers(), true);
    }

    private CompletionStage<ProcessInput> refuse(Refusal why) {
        refused.complete(closing(why));
        share.over();
        return CompletableFuture.completedFuture(this);
    }

    private CompletionStage<ProcessInput> next(Call.AttachContainerInput call) {
        var problem = InputRules.problem(call);
        if (problem.isPresent()) {
            return refuse(Refusal.badRequest(problem.get()));
        }
        var io = call.getProcessIo();
        if (io.getType() == ProcessIO.Type.DATA) {
            var written = new CompletableFuture<ProcessInput>();
            write(io.getData().getData(), 0, AGAIN, written);
            return written;
        }
        return io.getControl().getType() == ProcessIO.Control.Type.TTY_INFO
                ? resize(io.getControl().getTtyInfo().getWindowSize())
                : CompletableFuture.completedFuture(this);
    }

    /** A size that will not do is no reason to take no more input. */
    private CompletionStage<ProcessInput> resize(TTYInfo.WindowSize size) {
        var answer = new CompletableFuture<CallAnswer>();
        agent.accept(new ContainerProtocol.Resize(container.orElseThrow(), size, answer));
        return answer.thenApply(done -> this);
    }

    /** One future for all attempts: each would hold those before it, and there may be many. */
    private void write(
            com.google.protobuf.ByteString data, int from, Duration pause, CompletableFuture<ProcessInput> written) {
        if (isOver()) {
            written.complete(this);
            return;
        }
        var slice = data.substring(from, Math.min(data.size(), from + SLICE_BYTES));
        var answer = new CompletableFuture<CallAnswer>();
        answer.thenAccept(given -> {
            int next = from + slice.size();
            if (given.status() == BUSY) {
                CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS)
                        .execute(() -> write(data, from, longer(pause), written));
            } else if (given.status() == CallAnswer.OK.status() && next < data.size()) {
                write(data, next, AGAIN, written);
            } else {
                if (given.status() != CallAnswer.OK.status()) {
                    refuse(Refusal.of(given.status(), given.message()));
                }
                written.complete(this);
            }
        });
        agent.accept(new ContainerProtocol.Input(container.orElseThrow(), slice, answer));
    }

    private static Duration longer(Duration pause) {
        var twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }

    /** Completes when it is clear that no more is taken, though the body may go on. */
    CompletionStage<HttpResponse> refused() {
        return refused.thenApply(Refusal::response);
    }

    /** The body is over. */
    HttpResponse answer() {
        end();
        if (!refused.isDone() && container.isEmpty()) {
            return Refusal.badRequest("Received EOF while reading request body").response();
        }
        return refused.isDone() ? refused.join().response() : Replies.ok();
    }
}
