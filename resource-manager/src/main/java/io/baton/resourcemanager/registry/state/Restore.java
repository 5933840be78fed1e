package io.baton.resourcemanager.registry.state;

import com.google.protobuf.ByteString;
import io.baton.resourcemanager.registry.record.Refused;
import io.baton.resourcemanager.registry.record.RestorePart;
import io.baton.resourcemanager.registry.record.Restoring;
import io.baton.resourcemanager.registry.record.Result;
import io.baton.resourcemanager.registry.record.Snapshot;
import java.util.Optional;
import java.util.function.Consumer;

/** A saved snapshot that comes back in pieces, since an entry of the log cannot hold it all. */
final class Restore {
    private Optional<Restoring> begun = Optional.empty();

    /** @param whole gets the snapshot when its last piece is here */
    Result take(RestorePart command, Consumer<Snapshot> whole) {
        if (command.getPart() == 0) {
            begun = Optional.of(Restoring.newBuilder()
                    .setRestoreId(command.getRestoreId())
                    .setParts(command.getParts())
                    .build());
        }
        var soFar = begun.filter(b -> b.getRestoreId().equals(command.getRestoreId())
                && b.getParts() == command.getParts()
                && b.getPiecesCount() == command.getPart());
        if (soFar.isEmpty()) {
            return Results.refused(Refused.Code.STALE, "another restore has begun, or a piece is missing: start again");
        }
        var next = soFar.get().toBuilder().addPieces(command.getPiece()).build();
        long size = next.getPiecesList().stream().mapToLong(ByteString::size).sum();
        if (size > RegistryLimits.RESTORE_BYTES) {
            begun = Optional.empty();
            return Results.refused(
                    Refused.Code.FULL, "the snapshot is larger than " + RegistryLimits.RESTORE_BYTES + " bytes");
        }
        if (next.getPiecesCount() < next.getParts()) {
            begun = Optional.of(next);
            return Results.done();
        }
        begun = Optional.empty();
        return finish(ByteString.copyFrom(next.getPiecesList()), whole);
    }

    private static Result finish(ByteString bytes, Consumer<Snapshot> whole) {
        try {
            whole.accept(Formats.snapshot(bytes));
            return Results.done();
        } catch (NewerFormatException | IllegalArgumentException e) {
            return Results.refused(Refused.Code.INVALID, String.valueOf(e.getMessage()));
        }
    }

    void save(Snapshot.Builder snapshot) {
        begun.ifPresent(snapshot::setRestoring);
    }

    void load(Snapshot snapshot) {
        begun = snapshot.hasRestoring() ? Optional.of(snapshot.getRestoring()) : Optional.empty();
    }
}
