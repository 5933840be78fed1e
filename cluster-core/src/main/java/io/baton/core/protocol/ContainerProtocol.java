package io.baton.core.protocol;

import com.google.protobuf.ByteString;
import io.baton.v1.CommandInfo;
import io.baton.v1.ContainerID;
import io.baton.v1.TTYInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What the edge of an agent tells it of nested containers. Never leaves the process. */
public sealed interface ContainerProtocol {
    /**
     * Start a container in the place of another one. Answered 200, 202 if there is one of this id, or the refusal.
     *
     * @param session whether something can be written to its input
     * @param terminal if it is to have one; only a session can
     */
    record Launch(
            ContainerID id,
            CommandInfo command,
            boolean session,
            Optional<TTYInfo> terminal,
            CompletableFuture<CallAnswer> answer)
            implements ContainerProtocol {}

    /** How did it end? Answered when it has, or at once if it is not known. */
    record Wait(ContainerID id, CompletableFuture<Ended> answer) implements ContainerProtocol {}

    /** Signal it. Answered 200, 404 if it is not known, 400 if that signal cannot be sent. */
    record Kill(ContainerID id, int signal, CompletableFuture<CallAnswer> answer) implements ContainerProtocol {}

    /** Forget one that has ended. Answered 200, 404, or 400 while it runs. */
    record Remove(ContainerID id, CompletableFuture<CallAnswer> answer) implements ContainerProtocol {}

    /** Where are its input and output? Answered empty if it is not known. */
    record Attach(ContainerID id, CompletableFuture<Optional<Attachment>> answer) implements ContainerProtocol {}

    /**
     * Something for the input of a session; empty is its end. Answered 200, 503 if the process has not read what came
     * before (then nothing of it was taken), 404, or 400 if it has no input.
     */
    record Input(ContainerID id, ByteString data, CompletableFuture<CallAnswer> answer) implements ContainerProtocol {}

    /** The terminal of a session has another size. Answered 200, 404, or 400 if it has none (yet). */
    record Resize(ContainerID id, TTYInfo.WindowSize size, CompletableFuture<CallAnswer> answer)
            implements ContainerProtocol {}

    /** Which nested containers run? */
    record ListRunning(CompletableFuture<List<ContainerID>> answer) implements ContainerProtocol {}

    /**
     * The end of a container.
     *
     * @param known whether there was such a container
     * @param status as wait(2) has it; empty if it never ran or nobody knows
     */
    record Ended(boolean known, Optional<Integer> status) {}

    /**
     * A container's files.
     *
     * @param directory with {@code stdout} and {@code stderr}, and with the pipe {@code stdin} of a session
     * @param ended completes when nothing more is written there
     */
    record Attachment(Path directory, boolean session, CompletableFuture<Ended> ended) {}
}
