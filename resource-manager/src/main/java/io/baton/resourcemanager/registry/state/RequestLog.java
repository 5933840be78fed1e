package io.baton.resourcemanager.registry.state;

import io.baton.core.id.IdRules;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.Refused;
import io.baton.resourcemanager.registry.record.RequestEntry;
import io.baton.resourcemanager.registry.record.Result;
import io.baton.resourcemanager.registry.record.Snapshot;
import java.util.LinkedHashMap;
import java.util.Optional;

/** The operators' requests of the last day: who repeats one gets the first one's result. */
final class RequestLog {
    private static final long FNV_START = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final LinkedHashMap<String, RequestEntry> requests = new LinkedHashMap<>();

    /** @return the first one's result, or the refusal if the id stands for another command; empty if it is new */
    Optional<Result> seen(Command command) {
        var first = requests.get(command.getRequestId());
        if (first == null || command.getAt() - first.getAt() > RegistryLimits.REQUEST_AGE.toMillis()) {
            return Optional.empty();
        }
        return Optional.of(
                first.getHash() == hash(command)
                        ? first.getResult()
                        : Results.refused(
                                Refused.Code.REQUEST_ID_TAKEN,
                                "request id '" + IdRules.printable(command.getRequestId())
                                        + "' belongs to another request of the last day: choose a new one"));
    }

    void remember(Command command, Result result) {
        requests.remove(command.getRequestId());
        requests.put(
                command.getRequestId(),
                RequestEntry.newBuilder()
                        .setRequestId(command.getRequestId())
                        .setAt(command.getAt())
                        .setHash(hash(command))
                        .setResult(result)
                        .build());
        var oldest = requests.values().iterator();
        while (oldest.hasNext() && isOver(oldest.next(), command.getAt())) {
            oldest.remove();
        }
    }

    private boolean isOver(RequestEntry entry, long at) {
        return requests.size() > RegistryLimits.REQUESTS || at - entry.getAt() > RegistryLimits.REQUEST_AGE.toMillis();
    }

    /** FNV-1a over the command's bytes without its time. */
    private static long hash(Command command) {
        long hash = FNV_START;
        for (byte b : Formats.bytes(command.toBuilder().setAt(0).build())) {
            hash = (hash ^ (b & 0xff)) * FNV_PRIME;
        }
        return hash;
    }

    void save(Snapshot.Builder snapshot) {
        snapshot.addAllRequests(requests.values());
    }

    void load(Snapshot snapshot) {
        requests.clear();
        snapshot.getRequestsList().forEach(request -> requests.put(request.getRequestId(), request));
    }
}
