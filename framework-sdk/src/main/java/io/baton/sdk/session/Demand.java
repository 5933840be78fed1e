package io.baton.sdk.session;

import io.baton.v1.FrameworkInfo;
import io.baton.v1.scheduler.Call;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * For which roles the scheduler wants offers, and for which the master believes it does.
 *
 * <p>Changes made faster than they can be sent are sent as one: what counts is the difference between the two.
 */
final class Demand {
    private final TreeSet<String> roles = new TreeSet<>();
    /** Those that a master has taken. */
    private final TreeSet<String> takenRoles = new TreeSet<>();

    private final TreeSet<String> suppressed;
    private TreeSet<String> told;

    /**
     * After so long without the effect of what was told it is told again: the call may have been lost between masters,
     * or an older one may have come later, from a master that had stood still.
     */
    static final long REMIND_MILLIS = 60_000;

    /** Whether what was changed has been taken back, though it may have been changed once more before that. */
    private boolean undone;

    /** Whether the scheduler leaves it to the session to say what it wants. */
    private boolean kept;

    private long quietSinceMillis;

    Demand(Call.Subscribe subscribe) {
        set(roles, subscribe.getFrameworkInfo());
        takenRoles.addAll(roles);
        suppressed = new TreeSet<>(subscribe.getSuppressedRolesList());
        told = new TreeSet<>(suppressed);
    }

    @SuppressWarnings("deprecation") // The single role of frameworks without MULTI_ROLE.
    private static void set(Set<String> roles, FrameworkInfo info) {
        roles.clear();
        roles.addAll(info.getRolesList());
        if (roles.isEmpty()) {
            roles.add(info.getRole());
        }
    }

    /** @param some the roles meant; empty means all */
    void set(Collection<String> some, boolean wanted) {
        kept = true;
        change(some, wanted);
    }

    private void change(Collection<String> some, boolean wanted) {
        var meant = some.isEmpty() ? roles : some;
        if (wanted) {
            suppressed.removeAll(meant);
        } else {
            suppressed.addAll(meant);
        }
    }

    /** The scheduler tells the master all anew by itself; {@link #taken} or {@link #refused} will follow. */
    void changed(FrameworkInfo info, Collection<String> suppressedRoles) {
        set(roles, info);
        suppressed.clear();
        suppressed.addAll(suppressedRoles);
        told = new TreeSet<>(suppressed);
        undone = false;
    }

    /** A master has taken that. */
    void taken(FrameworkInfo info, Collection<String> suppressedRoles) {
        set(takenRoles, info);
        if (undone) {
            changed(info, suppressedRoles);
        }
    }

    /** No master has taken what was changed last, or it is not known: all is told anew of the roles there were. */
    void refused() {
        roles.clear();
        roles.addAll(takenRoles);
        suppressed.retainAll(roles);
        told = new TreeSet<>(roles);
        told.removeAll(suppressed);
        undone = true;
    }

    /** The roles to leave out, for a subscription that is being made now, with the roles that were taken. */
    List<String> subscribing() {
        told = new TreeSet<>(suppressed);
        told.retainAll(takenRoles);
        return List.copyOf(told);
    }

    boolean untold() {
        return !told.equals(suppressed);
    }

    /** A subscription has begun, which told all. */
    void begun(long nowMillis) {
        quietSinceMillis = nowMillis;
    }

    /** Offers came. */
    void offered(long nowMillis) {
        if (!suppressed.containsAll(roles)) {
            quietSinceMillis = nowMillis;
        } else if (isDue(nowMillis)) {
            told.removeAll(suppressed);
        }
    }

    /** Time went by. If offers are wanted and none have come for long, that is to be told again. */
    void tick(long nowMillis) {
        if (!suppressed.containsAll(roles) && isDue(nowMillis)) {
            told.addAll(roles);
        }
    }

    private boolean isDue(long nowMillis) {
        return kept && !untold() && nowMillis - quietSinceMillis >= REMIND_MILLIS;
    }

    /** The calls that make the master believe what is so: none, one or two. They count as made. */
    List<Call.Builder> calls(long nowMillis) {
        quietSinceMillis = nowMillis;
        var calls = new ArrayList<Call.Builder>(2);
        var toSuppress = new TreeSet<>(suppressed);
        toSuppress.removeAll(told);
        var toRevive = new TreeSet<>(told);
        toRevive.removeAll(suppressed);
        if (!toSuppress.isEmpty()) {
            calls.add(Call.newBuilder()
                    .setType(Call.Type.SUPPRESS)
                    .setSuppress(Call.Suppress.newBuilder().addAllRoles(named(toSuppress))));
        }
        if (!toRevive.isEmpty()) {
            calls.add(Call.newBuilder()
                    .setType(Call.Type.REVIVE)
                    .setRevive(Call.Revive.newBuilder().addAllRoles(named(toRevive))));
        }
        told = new TreeSet<>(suppressed);
        return calls;
    }

    /** The scheduler makes such a call itself. */
    void made(Call.Builder call) {
        if (call.getType() == Call.Type.SUPPRESS) {
            change(call.getSuppress().getRolesList(), false);
            told.addAll(suppressed);
        } else if (call.getType() == Call.Type.REVIVE) {
            change(call.getRevive().getRolesList(), true);
            told.retainAll(suppressed);
        }
    }

    /** All roles are said by naming none, which single-role frameworks understand too. */
    private Collection<String> named(Set<String> some) {
        return some.equals(roles) ? List.of() : some;
    }
}
