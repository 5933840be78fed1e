package io.baton.sdk;

import io.baton.protocol.codec.Encoding;
import io.baton.sdk.session.Limits;
import io.baton.sdk.session.SessionSettings;
import io.baton.sdk.session.Timing;
import io.baton.sdk.wire.Requests;
import io.baton.v1.FrameworkID;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Label;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.OfferConstraints;
import java.net.URI;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

/** Says what a framework is and how it finds its masters. Only masters and name have no default. */
public final class FrameworkBuilder {
    private final FrameworkInfo.Builder info = FrameworkInfo.newBuilder()
            .setUser(System.getProperty("user.name", "root"))
            .setFailoverTimeout(60);
    private final Set<FrameworkInfo.Capability.Type> capabilities = EnumSet.of(
            FrameworkInfo.Capability.Type.PARTITION_AWARE,
            FrameworkInfo.Capability.Type.MULTI_ROLE,
            FrameworkInfo.Capability.Type.TASK_KILLING_STATE);
    private final Call.Subscribe.Builder subscribe = Call.Subscribe.newBuilder();
    private final List<URI> masters = new ArrayList<>();
    private List<String> roles = List.of("*");
    private boolean startSuppressed;
    private boolean acknowledgeManually;
    private Encoding encoding = Encoding.PROTOBUF;
    private String secret = "";
    private String token = "";
    private Limits limits = Limits.DEFAULTS;
    private Timing timing = Timing.DEFAULTS;
    private SSLContext tls;

    FrameworkBuilder() {}

    /**
     * Adds masters. Any of them serves everything; they are tried in this order.
     *
     * @param urls such as {@code http://10.0.0.1:5050}, {@code https://master.example}, {@code host:5050}; also
     *     several in one text, separated by commas
     * @throws IllegalArgumentException if one is no URL, saying how to write it
     */
    public FrameworkBuilder masters(String... urls) {
        return masters(Arrays.asList(urls));
    }

    /** As {@link #masters(String...)}. */
    public FrameworkBuilder masters(Collection<String> urls) {
        urls.forEach(url -> masters.addAll(MasterUrls.endpoints(url)));
        return this;
    }

    /** What people see in lists. */
    public FrameworkBuilder name(String name) {
        info.setName(name);
        return this;
    }

    /** The user tasks run as, unless their command says another. Default: the user of this process. */
    public FrameworkBuilder user(String user) {
        info.setUser(user);
        return this;
    }

    /** The roles to get offers for. Default: {@code *} alone. */
    public FrameworkBuilder roles(String... names) {
        roles = List.of(names);
        return this;
    }

    /**
     * The framework's id, to go on as the framework that had it: its tasks stay, and a scheduler that still runs under
     * it is replaced. Default: the master picks one. Empty means the default.
     */
    public FrameworkBuilder id(String id) {
        if (id.isEmpty()) {
            info.clearId();
        } else {
            info.setId(FrameworkID.newBuilder().setValue(id));
        }
        return this;
    }

    /**
     * How long tasks go on without a scheduler before the framework is removed. Default: a minute. Mesos's own default
     * is not at all; with that a broken connection ends every task and the framework's id.
     */
    public FrameworkBuilder failoverTimeout(Duration timeout) {
        info.setFailoverTimeout(timeout.toMillis() / 1_000.0);
        return this;
    }

    /** Whether tasks survive a restart of their agent on Mesos. Default: no, as there. With Baton they always do. */
    public FrameworkBuilder checkpoint(boolean survive) {
        info.setCheckpoint(survive);
        return this;
    }

    /** Adds a capability to the defaults PARTITION_AWARE, MULTI_ROLE and TASK_KILLING_STATE. */
    public FrameworkBuilder capability(FrameworkInfo.Capability.Type capability) {
        capabilities.add(capability);
        return this;
    }

    /** Takes a capability away. Without MULTI_ROLE there may be one role only. */
    public FrameworkBuilder withoutCapability(FrameworkInfo.Capability.Type capability) {
        capabilities.remove(capability);
        return this;
    }

    /** Credentials, sent as HTTP Basic. Default: none. */
    public FrameworkBuilder credentials(String principal, String password) {
        info.setPrincipal(principal);
        secret = password;
        return this;
    }

    /**
     * A bearer token, sent instead of {@link #credentials}: without a line break. The master knows whose it is, and gives
     * the framework that principal. Default: none.
     */
    public FrameworkBuilder token(String bearer) {
        if (bearer.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new IllegalArgumentException("a token has printable ASCII characters only, without spaces");
        }
        token = bearer;
        return this;
    }

    /** A page about this framework, for lists to link to. */
    public FrameworkBuilder webUrl(String url) {
        info.setWebuiUrl(url);
        return this;
    }

    /** A label of the framework. */
    public FrameworkBuilder label(String key, String value) {
        info.getLabelsBuilder().addLabels(Label.newBuilder().setKey(key).setValue(value));
        return this;
    }

    /** Which offers the master need not even make. */
    public FrameworkBuilder offerConstraints(OfferConstraints constraints) {
        subscribe.setOfferConstraints(constraints);
        return this;
    }

    /** Anything of the FrameworkInfo that has no method here. Roles, id and capabilities do have one. */
    public FrameworkBuilder customize(Consumer<FrameworkInfo.Builder> change) {
        change.accept(info);
        return this;
    }

    /** Get no offers until {@link Framework#demand} says that some are wanted. */
    public FrameworkBuilder startSuppressed() {
        startSuppressed = true;
        return this;
    }

    /** The scheduler calls {@link Framework#acknowledge} itself, for example once an update is stored. */
    public FrameworkBuilder acknowledgeManually() {
        acknowledgeManually = true;
        return this;
    }

    /** How messages are written. Default: protobuf, which costs a fraction of JSON. */
    public FrameworkBuilder encoding(Encoding format) {
        encoding = format;
        return this;
    }

    /** Stop with {@code MasterUnreachableException} after so long without a subscription. Default: never stop. */
    public FrameworkBuilder giveUpAfter(Duration limit) {
        timing = timing.givingUpAfter(limit);
        return this;
    }

    /** The bounds of all queues. */
    public FrameworkBuilder limits(Limits bounds) {
        limits = bounds;
        return this;
    }

    /** All waits; set before {@link #giveUpAfter}. */
    public FrameworkBuilder timing(Timing waits) {
        timing = waits;
        return this;
    }

    /** Trust and keys for https masters. Default: those of the JVM. */
    public FrameworkBuilder tls(SSLContext context) {
        tls = context;
        return this;
    }

    /**
     * Starts the framework: it connects in the background and tells the scheduler what happens. Returns at once.
     *
     * @throws IllegalStateException if there is no master or no name, or there are several roles without MULTI_ROLE
     */
    public Framework start(Scheduler scheduler) {
        if (masters.isEmpty()) {
            throw new IllegalStateException("no master: call masters(\"http://host:5050\")");
        }
        if (info.getName().isEmpty()) {
            throw new IllegalStateException("no name: call name(\"my-scheduler\"), it is what people see in lists");
        }
        setRoles();
        info.clearCapabilities();
        capabilities.forEach(type -> info.addCapabilitiesBuilder().setType(type));
        subscribe.setFrameworkInfo(info).clearSuppressedRoles();
        if (startSuppressed) {
            subscribe.addAllSuppressedRoles(roles);
        }
        var settings = new SessionSettings(masters, subscribe.build(), acknowledgeManually, limits, timing);
        return Framework.start(
                settings,
                new Requests(
                        encoding, token.isEmpty() ? Requests.basic(info.getPrincipal(), secret) : "Bearer " + token),
                tls == null ? defaultTls() : tls,
                scheduler);
    }

    @SuppressWarnings("deprecation") // Frameworks without MULTI_ROLE have the single role field.
    private void setRoles() {
        if (capabilities.contains(FrameworkInfo.Capability.Type.MULTI_ROLE)) {
            info.clearRole().clearRoles().addAllRoles(roles);
        } else if (roles.size() == 1) {
            info.clearRoles().setRole(roles.get(0));
        } else {
            throw new IllegalStateException("a framework without MULTI_ROLE has one role, these are " + roles);
        }
    }

    private static SSLContext defaultTls() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JVM has no default TLS context: set one with tls(...)", e);
        }
    }
}
