package io.baton.resourcemanager.registry.state;

import io.baton.core.id.IdRules;
import io.baton.resourcemanager.registry.record.DeleteValue;
import io.baton.resourcemanager.registry.record.PutValue;
import io.baton.resourcemanager.registry.record.Refused;
import io.baton.resourcemanager.registry.record.Result;
import io.baton.resourcemanager.registry.record.Snapshot;
import io.baton.resourcemanager.registry.record.ValueEntry;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The state store of schedulers: small versioned values under namespaces and keys. */
final class ValueTable {
    private final TreeMap<String, TreeMap<String, ValueEntry>> namespaces = new TreeMap<>();
    private final TreeMap<String, Long> bytes = new TreeMap<>();
    private long allBytes;

    Result put(PutValue command, Epochs epochs) {
        var problem = problem(command.getNamespace(), command.getKey());
        if (problem.isPresent()) {
            return Results.refused(Refused.Code.INVALID, problem.get());
        }
        var tooLarge = RegistryLimits.tooLarge(command.getValue().size());
        if (tooLarge.isPresent()) {
            return Results.refused(Refused.Code.FULL, tooLarge.get());
        }
        var present = version(command.getNamespace(), command.getKey());
        if (command.hasIfVersion() && command.getIfVersion() != present) {
            return Results.conflict(present);
        }
        var full = full(command, present == 0);
        if (full.isPresent()) {
            return full.get();
        }
        long version = epochs.next();
        store(ValueEntry.newBuilder()
                .setNamespace(command.getNamespace())
                .setKey(command.getKey())
                .setVersion(version)
                .setValue(command.getValue())
                .build());
        return Results.written(version);
    }

    /** Answered with a version of its own, so that who follows the changes can tell how far it is. */
    Result delete(DeleteValue command, Epochs epochs) {
        var present = version(command.getNamespace(), command.getKey());
        if (command.hasIfVersion() && command.getIfVersion() != present) {
            return Results.conflict(present);
        }
        if (present == 0) {
            return Results.refused(
                    Refused.Code.NOT_FOUND, "there is no value under '" + IdRules.printable(command.getKey()) + "'");
        }
        var values = namespaces.get(command.getNamespace());
        account(command.getNamespace(), -size(values.remove(command.getKey())));
        if (values.isEmpty()) {
            namespaces.remove(command.getNamespace());
            bytes.remove(command.getNamespace());
        }
        return Results.written(epochs.next());
    }

    private Optional<Result> full(PutValue command, boolean isNew) {
        var values = namespaces.get(command.getNamespace());
        if (values == null && namespaces.size() >= RegistryLimits.NAMESPACES) {
            return Optional.of(Results.full("namespaces", RegistryLimits.NAMESPACES));
        }
        if (isNew && values != null && values.size() >= RegistryLimits.KEYS_IN_NAMESPACE) {
            return Optional.of(Results.full("keys in this namespace", RegistryLimits.KEYS_IN_NAMESPACE));
        }
        long more = growth(
                command.getNamespace(), command.getKey(), command.getValue().size());
        if (bytes.getOrDefault(command.getNamespace(), 0L) + more > RegistryLimits.NAMESPACE_BYTES) {
            return Optional.of(full("this namespace", RegistryLimits.NAMESPACE_BYTES));
        }
        return allBytes + more > RegistryLimits.ALL_VALUES_BYTES
                ? Optional.of(full("all namespaces together", RegistryLimits.ALL_VALUES_BYTES))
                : Optional.empty();
    }

    private static Result full(String where, int limit) {
        return Results.refused(Refused.Code.FULL, RegistryLimits.exceeded(where, limit));
    }

    private static Optional<String> problem(String namespace, String key) {
        return IdRules.problemOfId(namespace).map(p -> "namespace: " + p).or(() -> IdRules.problemOfId(key)
                .map(p -> "key: " + p));
    }

    private void store(ValueEntry entry) {
        var old = namespaces
                .computeIfAbsent(entry.getNamespace(), n -> new TreeMap<>())
                .put(entry.getKey(), entry);
        account(entry.getNamespace(), size(entry) - (old == null ? 0 : size(old)));
    }

    private void account(String namespace, long more) {
        bytes.merge(namespace, more, Long::sum);
        allBytes += more;
    }

    private static long size(ValueEntry entry) {
        return (long) entry.getKey().length() + entry.getValue().size();
    }

    private long version(String namespace, String key) {
        return value(namespace, key).map(ValueEntry::getVersion).orElse(0L);
    }

    Optional<ValueEntry> value(String namespace, String key) {
        return Optional.ofNullable(values(namespace).get(key));
    }

    /** How many bytes a value of this size adds to what is kept; less than 0 if the one in its place is larger. */
    long growth(String namespace, String key, int bytes) {
        return value(namespace, key)
                .map(present -> (long) bytes - present.getValue().size())
                .orElse((long) bytes + key.length());
    }

    /** By key; empty if there is no such namespace. */
    SortedMap<String, ValueEntry> values(String namespace) {
        var values = namespaces.get(namespace);
        return values == null ? Collections.emptySortedMap() : Collections.unmodifiableSortedMap(values);
    }

    int namespaces() {
        return namespaces.size();
    }

    long allBytes() {
        return allBytes;
    }

    void save(Snapshot.Builder snapshot) {
        namespaces.values().forEach(values -> snapshot.addAllValues(values.values()));
    }

    void load(Snapshot snapshot) {
        namespaces.clear();
        bytes.clear();
        allBytes = 0;
        snapshot.getValuesList().forEach(this::store);
    }
}
