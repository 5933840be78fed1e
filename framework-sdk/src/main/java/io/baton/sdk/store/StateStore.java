package io.baton.sdk.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.baton.sdk.error.CallRefusedException;
import io.baton.sdk.error.ChangesExpiredException;
import io.baton.sdk.error.MasterUnreachableException;
import io.baton.sdk.error.OutcomeUnknownException;
import io.baton.sdk.error.VersionConflictException;
import io.baton.v1.store.Page;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;

/**
 * Small values that the masters keep for a scheduler: its framework id, what it has in mind, who leads. They survive
 * the scheduler, and the loss of a minority of the masters.
 *
 * <p>Thread-safe. Each method blocks until a master has answered, at most for the time limit of the store; do not call
 * it from a callback that offers wait for. Not for large or hot things: 256 KiB a value, 8 MiB and 10,000 keys a
 * namespace, some hundred writes a second in the whole cluster. A refusal names its limit.
 *
 * <p>All methods may fail with {@link MasterUnreachableException} (nothing was done, nothing could be read) and
 * {@link CallRefusedException} (a limit, or a name that will not do).
 */
public final class StateStore {
    private final StoreClient client;
    private final String path;

    StateStore(StoreClient client, String namespace) {
        this.client = client;
        this.path = "/api/v1/store/" + encoded(namespace);
    }

    /** Says where the masters are; then {@link StateStoreBuilder#namespace}. */
    public static StateStoreBuilder at(String... masters) {
        return new StateStoreBuilder(masters);
    }

    /** The value under this key, as new as any that was acknowledged to anyone. */
    public Optional<Entry> get(String key) {
        var answer = client.ask("GET", path(key), Condition.NONE, null);
        if (answer.status() == 404) {
            return Optional.empty();
        }
        return Optional.of(
                new Entry(key, version(answer), ByteString.copyFrom(read(answer).body())));
    }

    /**
     * Writes whatever is there. Asked again if it is not answered, so another's write in between may be lost.
     *
     * @return the new version
     */
    public long put(String key, ByteString value) {
        return version(written("PUT", key, Condition.NONE, value));
    }

    /** As {@link #put(String, ByteString)}, in UTF-8. */
    public long put(String key, String value) {
        return put(key, ByteString.copyFromUtf8(value));
    }

    /**
     * Writes where there is nothing yet: of several who try, one wins.
     *
     * @return the new version
     * @throws VersionConflictException if there is a value
     * @throws OutcomeUnknownException if it is not known whether it was done
     */
    public long create(String key, ByteString value) {
        return version(written("PUT", key, Condition.ABSENT, value));
    }

    /** As {@link #create(String, ByteString)}, in UTF-8. */
    public long create(String key, String value) {
        return create(key, ByteString.copyFromUtf8(value));
    }

    /**
     * Writes if the value is still the one that was read: of several who try, one wins.
     *
     * @param version of the value that is to be replaced
     * @return the new version
     * @throws VersionConflictException if it has another version, or is gone
     * @throws OutcomeUnknownException if it is not known whether it was done
     */
    public long replace(String key, long version, ByteString value) {
        return version(written("PUT", key, Condition.version(version), value));
    }

    /** As {@link #replace(String, long, ByteString)}, in UTF-8. */
    public long replace(String key, long version, String value) {
        return replace(key, version, ByteString.copyFromUtf8(value));
    }

    /** Deletes whatever is there; nothing may be. */
    public void delete(String key) {
        written("DELETE", key, Condition.NONE, null);
    }

    /**
     * Deletes the value if it is still the one that was read.
     *
     * @throws VersionConflictException if it has another version, or is gone
     * @throws OutcomeUnknownException if it is not known whether it was done
     */
    public void delete(String key, long version) {
        if (written("DELETE", key, Condition.version(version), null).status() == 404) {
            throw new VersionConflictException(key, 0);
        }
    }

    /** All values whose key begins so; all of the namespace with an empty prefix. */
    public Listing list(String prefix) {
        var entries = new ArrayList<Entry>();
        long version = 0;
        var cursor = "";
        do {
            var page = page(prefix, cursor);
            page.getValuesList().forEach(v -> entries.add(new Entry(v.getKey(), v.getVersion(), v.getValue())));
            version = version == 0 ? page.getVersion() : version;
            cursor = page.getNext();
        } while (!cursor.isEmpty());
        return new Listing(entries, version);
    }

    private Page page(String prefix, String cursor) {
        var query = "?limit=1000&prefix=" + encoded(prefix) + (cursor.isEmpty() ? "" : "&cursor=" + encoded(cursor));
        var answer = read(client.ask("GET", path + query, Condition.NONE, null));
        try {
            return Page.parseFrom(answer.body());
        } catch (InvalidProtocolBufferException e) {
            throw noMaster(e);
        }
    }

    /**
     * Waits until values change.
     *
     * @param prefix of their keys
     * @param after the version of a listing or of the changes before
     * @param wait at most a minute; whole seconds
     * @return nothing if the wait was over
     * @throws ChangesExpiredException if so old changes are not kept
     */
    public Changes changes(String prefix, long after, Duration wait) {
        var query = "?prefix=" + encoded(prefix) + "&after=" + after + "&wait=" + wait.toSeconds();
        var answer = client.watch(path + query, wait);
        if (answer.status() == 410) {
            throw new ChangesExpiredException(answer.detail());
        }
        try {
            return changes(io.baton.v1.store.Changes.parseFrom(read(answer).body()));
        } catch (InvalidProtocolBufferException e) {
            throw noMaster(e);
        }
    }

    private static Changes changes(io.baton.v1.store.Changes answer) {
        var written = new ArrayList<Entry>();
        var deleted = new ArrayList<String>();
        for (var change : answer.getChangesList()) {
            if (change.getDeleted()) {
                deleted.add(change.getKey());
            } else {
                written.add(new Entry(change.getKey(), change.getVersion(), change.getValue()));
            }
        }
        return new Changes(written, deleted, answer.getVersion());
    }

    private StoreClient.Answer written(String method, String key, Condition condition, ByteString value) {
        var answer = client.ask(method, path(key), condition, value);
        if (answer.status() == 412) {
            throw new VersionConflictException(key, answer.version().orElse(0));
        }
        return method.equals("DELETE") && answer.status() == 404 ? answer : read(answer);
    }

    private static StoreClient.Answer read(StoreClient.Answer answer) {
        if (answer.status() >= 300) {
            throw new CallRefusedException(answer.status(), answer.detail());
        }
        return answer;
    }

    private static long version(StoreClient.Answer answer) {
        return answer.version().orElseThrow(() -> noMaster(null));
    }

    private static MasterUnreachableException noMaster(Throwable why) {
        var failure = new MasterUnreachableException("what answers is no master of Baton: check the URL");
        if (why != null) {
            failure.addSuppressed(why);
        }
        return failure;
    }

    private String path(String key) {
        return path + "/" + encoded(key);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
