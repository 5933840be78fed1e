package io.baton.resourcemanager.operation;

import com.google.protobuf.ByteString;
import io.baton.resourcemanager.registry.Answer;
import io.baton.resourcemanager.registry.Registrar;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.RestorePart;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Brings a snapshot into the registry, piece by piece. A piece has a request id: it can be tried again and is done once. One
 * that broke off for good stays in the registry until the next.
 */
final class Restoration {
    /** Bytes of one piece. */
    static final int PIECE = 1024 * 1024;

    /** How often a piece is tried while the masters cannot agree: for some 15 s. */
    static final int TRIES = 3;

    private final Registrar registrar;
    private final ByteString snapshot;
    private final Executor executor;
    private final String id = UUID.randomUUID().toString();
    private final int parts;

    Restoration(Registrar registrar, ByteString snapshot, Executor executor) {
        this.registrar = registrar;
        this.snapshot = snapshot;
        this.executor = executor;
        this.parts = Math.max(1, (snapshot.size() + PIECE - 1) / PIECE);
    }

    /** @return the answer to the last piece, or to the first that was not taken */
    CompletionStage<Answer> run() {
        return piece(0, TRIES);
    }

    private CompletionStage<Answer> piece(int part, int tries) {
        var piece = RestorePart.newBuilder()
                .setRestoreId(id)
                .setPart(part)
                .setParts(parts)
                .setPiece(snapshot.substring(part * PIECE, Math.min(snapshot.size(), (part + 1) * PIECE)));
        var command = Command.newBuilder().setRequestId(id + "-" + part).setRestorePart(piece);
        return registrar.propose(command).thenCompose(answer -> {
            if (answer instanceof Answer.Committed committed) {
                return committed.result().hasRefused() || part + 1 == parts
                        ? CompletableFuture.completedFuture(answer)
                        : piece(part + 1, TRIES);
            }
            return tries > 1 ? later(part, tries - 1) : CompletableFuture.completedFuture(answer);
        });
    }

    private CompletionStage<Answer> later(int part, int tries) {
        var second = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS, executor);
        return CompletableFuture.runAsync(() -> {}, second).thenCompose(waited -> piece(part, tries));
    }
}
