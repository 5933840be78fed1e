package io.baton.core.protocol;

import com.google.protobuf.ByteString;
import io.baton.v1.CommandInfo;
import io.baton.v1.ContainerID;
import io.baton.v1.ContainerInfo;
import io.baton.v1.ContainerStatus;
import io.baton.v1.Resource;
import io.baton.v1.TTYInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What the edge of an agent tells it of nested and standalone containers. Never leaves the process. */
public sealed interface ContainerProtocol {
    /**
     * Start a container in the place of another one, or, if its id has no parent, one of its own. Answered 200, 202 if
     * there is one of this id, 403 if an executor wants it as another user, or the refusal.
     */
    record Launch(ContainerID id, Wanted wanted, CompletableFuture<CallAnswer> answer) implements ContainerProtocol {}

    /**
     * What is to run in a container.
     *
     * @param container a terminal, which only a session can have; for the rest, only a container of its own
     * @param resources its limits; only of a container of its own, and nobody accounts for them
     * @param session whether something can be written to its input
     * @param ofExecutor whether an executor wants it: it runs as that one's user, or not at all
     */
    record Wanted(
            CommandInfo command,
            ContainerInfo container,
            List<Resource> resources,
            boolean session,
            boolean ofExecutor) {
        /** What somebody wants who is no executor. */
        public Wanted(CommandInfo command, ContainerInfo container, List<Resource> resources, boolean session) {
            this(command, container, resources, session, false);
        }
    }

    /** How did it end? Answered when it has, or at once if it is not known. */
    record Wait(ContainerID id, CompletableFuture<Ended> answer) implements ContainerProtocol {}

    /** Signal it. Answered 200, 404 if it is not known, 400 if that signal cannot be sent. */
    record Kill(ContainerID id, int signal, CompletableFuture<CallAnswer> answer) implements ContainerProtocol {}

    /** Forget one that has ended. Answered 200, also if there is none in its task; 404 without that, 500 while it runs. */
    record Remove(ContainerID id, CompletableFuture<CallAnswer> answer) implements ContainerProtocol {}

    /** Where are its input and output? Answered empty if neither it is known nor the task that it would be in. */
    record Attach(ContainerID id, CompletableFuture<Optional<Attachment>> answer) implements ContainerProtocol {}

    /**
     * Something for the input of a session; empty is its end. Answered 200, 503 if the process has not read what came
     * before (then nothing of it was taken), 404, or 400 if it has no input.
     */
    record Input(ContainerID id, ByteString data, CompletableFuture<CallAnswer> answer) implements ContainerProtocol {}

    /** The terminal of a session has another size. Answered 200, 404, or 400 if it has none (yet). */
    record Resize(ContainerID id, TTYInfo.WindowSize size, CompletableFuture<CallAnswer> answer)
            implements ContainerProtocol {}

    /** Remove what is unpacked of images that no container uses, but not of those named. Answered 200, or 500. */
    record PruneImages(List<String> excluded, CompletableFuture<CallAnswer> answer) implements ContainerProtocol {}

    /** Which containers run that somebody has started here, and as which processes? */
    record ListRunning(CompletableFuture<List<ContainerStatus>> answer) implements ContainerProtocol {}

    /**
     * The end of a container.
     *
     * @param known whether there was such a container
     * @param status as wait(2) has it; empty if it never ran or nobody knows
     * @param why it could not be started, or was ended by the agent; empty if the end was its own
     */
    record Ended(boolean known, Optional<Integer> status, Optional<String> why) {
        public Ended(boolean known, Optional<Integer> status) {
            this(known, status, Optional.empty());
        }
    }

    /**
     * A container's files.
     *
     * @param directory with {@code stdout} and {@code stderr}, and with the pipe {@code stdin} of a session
     * @param session whether anybody may attach to them
     * @param ended completes when nothing more is written there
     */
    record Attachment(Path directory, boolean session, CompletableFuture<Ended> ended) {}

    /** The end of a chain of parents. */
    static ContainerID outermost(ContainerID id) {
        var at = id;
        while (at.hasParent()) {
            at = at.getParent();
        }
        return at;
    }

    /** An id with those of its parents before it, as Mesos writes it. */
    static String text(ContainerID id) {
        return id.hasParent() ? text(id.getParent()) + "." + id.getValue() : id.getValue();
    }
}
