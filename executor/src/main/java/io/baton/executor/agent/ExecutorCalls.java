package io.baton.executor.agent;

import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.ExecutorProtocol;
import io.baton.core.protocol.ExecutorProtocol.Stream;
import io.baton.core.security.ExecutorIdentity;
import io.baton.executor.task.ExecutorKey;
import io.baton.v1.executor.Call;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes what custom executors say, and brings them what they are told: shell of {@link ExecutorBooks}. */
final class ExecutorCalls {
    private static final Logger LOG = LoggerFactory.getLogger(ExecutorCalls.class);

    private final AgentParts parts;
    private final Room room;
    private final ExecutorBooks books;
    private final Consumer<List<Effect>> take;
    private final Map<String, ActorRef<Stream>> streams = new HashMap<>();

    /** Sees whether the disk has room for what is said, and tells the books. */
    interface Room {
        void look(long bytes);
    }

    /** @param take performs what the books answer */
    ExecutorCalls(AgentParts parts, Room room, Consumer<List<Effect>> take) {
        this.parts = parts;
        this.room = room;
        this.books = parts.books().executors();
        this.take = take;
    }

    private Instant now() {
        return parts.clock().instant();
    }

    /** A message of the edge. */
    void hear(ExecutorProtocol message) {
        if (message instanceof ExecutorProtocol.Find find) {
            find.answer().complete(answer(find.call(), find.caller()));
        } else if (message instanceof ExecutorProtocol.Subscribe subscribe) {
            subscribe(subscribe);
        } else if (message instanceof ExecutorProtocol.Disconnected gone) {
            streams.remove(gone.streamId());
            books.disconnected(key(gone.call()), gone.streamId());
        } else if (message instanceof ExecutorProtocol.Invoke invoke) {
            invoke.answer().complete(invoke(invoke.call(), invoke.caller()));
        } else {
            throw new AssertionError("no one hears " + message);
        }
    }

    private static ExecutorKey key(Call call) {
        return ExecutorKey.of(call.getFrameworkId(), call.getExecutorId());
    }

    private CallAnswer answer(Call call, Optional<ExecutorIdentity> caller) {
        var key = key(call);
        var container = books.containerOf(key);
        if (container.isPresent()) {
            return caller.map(identity -> judge(call, identity, container.get()))
                    .orElse(CallAnswer.OK);
        }
        var what = books.hosts(key.framework()) ? "Executor" : "Framework";
        return CallAnswer.badRequest(what + " cannot be found");
    }

    /** An executor may speak for itself only. The words are those of Mesos. */
    private static CallAnswer judge(Call call, ExecutorIdentity caller, String container) {
        var who = "Authenticated principal '" + caller + "' does not contain ";
        var framework = call.getFrameworkId().getValue();
        var executor = call.getExecutorId().getValue();
        if (!caller.framework().equals(framework)) {
            return CallAnswer.forbidden(
                    who + "an 'fid' claim with the framework ID " + framework + ", which is set in the call");
        }
        if (!caller.executor().equals(executor)) {
            return CallAnswer.forbidden(
                    who + "an 'eid' claim with the executor ID " + executor + ", which is set in the call");
        }
        return caller.container().equals(container)
                ? CallAnswer.OK
                : CallAnswer.forbidden(who + "a 'cid' claim with the correct active ContainerID");
    }

    private void subscribe(ExecutorProtocol.Subscribe message) {
        streams.put(message.streamId(), message.stream());
        var effects = new ArrayList<Effect>();
        room.look(message.call().getSerializedSize());
        books.subscribe(
                key(message.call()),
                message.streamId(),
                message.call().getSubscribe(),
                parts.described(),
                now(),
                effects);
        take.accept(effects);
    }

    private CallAnswer invoke(Call call, Optional<ExecutorIdentity> caller) {
        var answer = answer(call, caller);
        if (answer.status() != CallAnswer.OK.status()) {
            return answer;
        }
        var key = key(call);
        if (!books.hasSubscribed(key)) {
            return CallAnswer.forbidden("Executor is not subscribed");
        }
        var effects = new ArrayList<Effect>();
        if (call.getType() == Call.Type.UPDATE) {
            var status = call.getUpdate().getStatus();
            if (books.isForeign(key, status.getTaskId())) {
                LOG.warn(
                        "executor {} of framework {} tells of task {}, which is not its own: ignored",
                        key.executor(),
                        key.framework().value(),
                        status.getTaskId().getValue());
            }
            room.look(call.getSerializedSize());
            books.updated(key, status, now(), effects);
        } else if (call.getType() == Call.Type.MESSAGE) {
            books.saidToFramework(key, call.getMessage().getData(), effects);
        }
        take.accept(effects);
        return CallAnswer.ACCEPTED;
    }

    /** News of the host. */
    void linked(AgentCommand.VolumesLinked news) {
        var effects = new ArrayList<Effect>();
        books.linked(news.container(), news.failure(), now(), effects);
        take.accept(effects);
    }

    /** Performs one of the books' effects on a stream. */
    void tell(Effect.Tell tell) {
        var stream = streams.get(tell.stream());
        if (stream != null) {
            stream.tell(new Stream.Deliver(tell.event()));
        }
    }

    void close(Effect.CloseStream close) {
        var stream = streams.remove(close.stream());
        if (stream != null) {
            stream.tell(new Stream.Complete());
        }
    }
}
