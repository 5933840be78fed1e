package io.baton.executor.agent;

import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.ContainerProtocol;
import io.baton.core.protocol.ContainerProtocol.Attachment;
import io.baton.core.protocol.ContainerProtocol.Ended;
import io.baton.executor.task.NestedKey;
import io.baton.v1.ContainerID;
import io.baton.v1.ContainerStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Takes what the edge wants of containers that are started by call: shell of {@link NestedBooks}. */
final class ContainerCalls {
    private final AgentParts parts;
    private final NestedBooks books;
    private final Consumer<List<Effect>> take;
    private final Map<String, CompletableFuture<CallAnswer>> launches = new HashMap<>();
    private final Map<String, CompletableFuture<Ended>> ends = new HashMap<>();
    /** Answers to those who wait, until they have them or want none any more. */
    private final Map<String, Set<CompletableFuture<Ended>>> waits = new HashMap<>();

    /** @param take performs what the books answer */
    ContainerCalls(AgentParts parts, Consumer<List<Effect>> take) {
        this.parts = parts;
        this.books = parts.books().nested();
        this.take = take;
    }

    private Instant now() {
        return parts.clock().instant();
    }

    /** A message of the edge. */
    void hear(ContainerProtocol message) {
        var effects = new ArrayList<Effect>();
        if (message instanceof ContainerProtocol.Launch m) {
            launch(m, effects);
        } else if (message instanceof ContainerProtocol.Wait m) {
            await(m.id(), m.answer());
        } else if (message instanceof ContainerProtocol.Kill m) {
            m.answer().complete(books.kill(m.id(), m.signal(), now(), effects));
        } else if (message instanceof ContainerProtocol.Remove m) {
            m.answer().complete(books.remove(m.id(), effects));
        } else if (message instanceof ContainerProtocol.Attach m) {
            m.answer().complete(attachment(m.id()));
        } else if (message instanceof ContainerProtocol.Input m) {
            input(m);
        } else if (message instanceof ContainerProtocol.Resize m) {
            resize(m);
        } else if (message instanceof ContainerProtocol.PruneImages m) {
            parts.launcher().pruneImages(m.excluded(), m.answer()::complete);
        } else if (message instanceof ContainerProtocol.ListRunning m) {
            m.answer().complete(books.running().stream().map(this::status).toList());
        } else {
            throw new AssertionError("no one hears " + message);
        }
        take.accept(effects);
    }

    private ContainerStatus status(ContainerID id) {
        var status = ContainerStatus.newBuilder().setContainerId(id);
        books.process(id).ifPresent(process -> status.setExecutorPid((int) process.pid()));
        return status.build();
    }

    private Optional<Attachment> attachment(ContainerID id) {
        return books.find(id)
                .map(entry -> new Attachment(entry.sandbox(), NestedKey.isSession(entry.key()), end(id)))
                .or(() -> books.around(id).map(sandbox -> new Attachment(sandbox, false, end(id))));
    }

    /** Whoever starts a container hears of it when it runs. */
    private void launch(ContainerProtocol.Launch wanted, List<Effect> effects) {
        var answer = books.launch(wanted.id(), wanted.wanted(), now(), effects);
        if (answer.status() == CallAnswer.OK.status()) {
            launches.put(ContainerProtocol.text(wanted.id()), wanted.answer());
        } else {
            wanted.answer().complete(answer);
        }
    }

    private void input(ContainerProtocol.Input input) {
        var id = input.id().getValue();
        var entry = books.find(input.id());
        if (entry.isEmpty()) {
            input.answer().complete(CallAnswer.notFound("Container " + id + " cannot be found"));
        } else if (!NestedKey.isSession(entry.get().key())) {
            input.answer().complete(CallAnswer.badRequest("Container " + id + " is no session: it has no input"));
        } else {
            parts.launcher().input(entry.get().container(), input.data().toByteArray(), input.answer()::complete);
        }
    }

    private void resize(ContainerProtocol.Resize wanted) {
        var id = wanted.id().getValue();
        var process = books.process(wanted.id());
        if (books.find(wanted.id()).isEmpty()) {
            wanted.answer().complete(CallAnswer.notFound("Container " + id + " cannot be found"));
        } else if (process.isEmpty()) {
            wanted.answer().complete(CallAnswer.badRequest("Container " + id + " does not run"));
        } else {
            parts.launcher().resize(process.get(), wanted.size(), wanted.answer()::complete);
        }
    }

    /** A container may run for months, and be waited for again and again by whoever does not stay: of those nothing is kept. */
    private void await(ContainerID id, CompletableFuture<Ended> answer) {
        var end = books.end(id);
        if (end.isPresent()) {
            answer.complete(end.get());
            return;
        }
        var waiting = waits.computeIfAbsent(ContainerProtocol.text(id), key -> ConcurrentHashMap.newKeySet());
        waiting.add(answer);
        answer.whenComplete((done, failure) -> waiting.remove(answer));
    }

    /** How many wait for the end of a container. */
    int waiting(ContainerID id) {
        return waits.getOrDefault(ContainerProtocol.text(id), Set.of()).size();
    }

    private CompletableFuture<Ended> end(ContainerID id) {
        var end = books.end(id);
        return end.isPresent()
                ? CompletableFuture.completedFuture(end.get())
                : ends.computeIfAbsent(ContainerProtocol.text(id), key -> new CompletableFuture<>());
    }

    void carryOut(Effect.OfNested effect) {
        if (effect instanceof Effect.Begun begun) {
            begun(begun.container());
        } else if (effect instanceof Effect.Over over) {
            over(over);
        } else if (effect instanceof Effect.RemoveFiles remove) {
            parts.launcher().removeFiles(remove.sandbox());
        } else {
            throw new AssertionError("no one performs " + effect);
        }
    }

    /** A container runs. */
    private void begun(ContainerID container) {
        var launch = launches.remove(ContainerProtocol.text(container));
        if (launch != null) {
            launch.complete(CallAnswer.OK);
        }
    }

    /** A container has ended: whoever waits hears of it. */
    private void over(Effect.Over over) {
        var id = ContainerProtocol.text(over.container());
        var launch = launches.remove(id);
        if (launch != null) {
            var why = over.end().why().map(text -> ": " + text).orElse("");
            launch.complete(
                    over.end().status().isPresent()
                            ? CallAnswer.OK
                            : CallAnswer.badRequest("Container " + id + " could not be started" + why));
        }
        var waiting = ends.remove(id);
        if (waiting != null) {
            waiting.complete(over.end());
        }
        var answers = waits.remove(id);
        if (answers != null) {
            List.copyOf(answers).forEach(answer -> answer.complete(over.end()));
        }
    }
}
