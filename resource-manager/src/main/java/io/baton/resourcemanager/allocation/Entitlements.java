package io.baton.resourcemanager.allocation;

import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Who may take how much from whom, by what is held and claimed now: up to what the claimant is promised, or up to its
 * share among its siblings in the tree; and never so much that the other has less than its own.
 *
 * <p>A share is the role's part by weight of what there is at its level: of the whole cluster for top-level roles, of what
 * all its children hold below one. Siblings that neither hold nor want anything do not count. Good for one moment: sums
 * are kept that the next step changes.
 */
final class Entitlements {
    private static final double ROUNDING = 1e-9;

    private final Allocator allocator;
    private final Collection<Claim> claims;
    private final Map<ShareNode, Double> weights = new IdentityHashMap<>();

    Entitlements(Allocator allocator, Collection<Claim> claims) {
        this.allocator = allocator;
        this.claims = claims;
    }

    /**
     * Whether a client may get this much more, partly from a role that gives this much.
     *
     * @param unit what the client gets
     * @param given what the other role loses
     */
    boolean allow(Client client, Quantities unit, RoleNode victim, Quantities given) {
        var mine = client.role;
        if (isUnder(mine, victim) || isUnder(victim, mine) || !isBelowLimit(mine.top, unit)) {
            return false;
        }
        if (mine.top == victim.top) {
            return shareAllows(mine, unit, victim, given);
        }
        return keepsItsGuarantee(victim.top, given)
                && (isPromised(mine.top, unit) || shareAllows(mine, unit, victim, given));
    }

    /** Whether the client may get this much more from anybody at all. */
    boolean mayClaim(Client client, Quantities unit) {
        var top = client.role.top;
        if (!isBelowLimit(top, unit)) {
            return false;
        }
        boolean may = isPromised(top, unit);
        for (ShareNode node = client.role; node.parent != null; node = node.parent) {
            may |= hasRoom(node, unit);
        }
        return may;
    }

    private static boolean isUnder(ShareNode node, ShareNode above) {
        for (var n = node; n != null; n = n.parent) {
            if (n == above) {
                return true;
            }
        }
        return false;
    }

    private boolean isBelowLimit(RoleNode top, Quantities unit) {
        var coming = coming(top);
        for (int i = 0; i < unit.size(); i++) {
            long room = top.consumption.belowLimit(i);
            if (unit.get(i) > 0 && room != Long.MAX_VALUE && unit.get(i) + coming.get(i) > room) {
                return false;
            }
        }
        return true;
    }

    /** Whether the unit brings the role nearer to its guarantee. */
    private boolean isPromised(RoleNode top, Quantities unit) {
        var coming = coming(top);
        for (int i = 0; i < top.consumption.guaranteed(); i++) {
            if (unit.get(i) > 0 && top.consumption.unsatisfied(i) > coming.get(i)) {
                return true;
            }
        }
        return false;
    }

    private boolean keepsItsGuarantee(RoleNode top, Quantities given) {
        var going = going(top);
        for (int i = 0; i < given.size(); i++) {
            if (given.get(i) > 0 && top.consumption.aboveGuarantee(i) < given.get(i) + going.get(i)) {
                return false;
            }
        }
        return true;
    }

    private boolean shareAllows(RoleNode mine, Quantities unit, RoleNode victim, Quantities given) {
        ShareNode a = mine;
        ShareNode b = victim;
        while (a.parent != b.parent) {
            if (depth(a) >= depth(b)) {
                a = a.parent;
            } else {
                b = b.parent;
            }
        }
        return hasRoom(a, unit) && isAboveItsShare(b, given);
    }

    private boolean hasRoom(ShareNode node, Quantities unit) {
        var after = node.held.copy();
        after.add(coming(node), 1);
        after.add(unit, 1);
        return allocator.sharing.share(after) <= fair(node) + ROUNDING;
    }

    private boolean isAboveItsShare(ShareNode node, Quantities given) {
        var left = node.held.copy();
        left.add(going(node), -1);
        left.add(given, -1);
        return allocator.sharing.share(left) >= fair(node) - ROUNDING;
    }

    private static int depth(ShareNode node) {
        int depth = 0;
        for (var n = node; n.parent != null; n = n.parent) {
            depth++;
        }
        return depth;
    }

    private double fair(ShareNode node) {
        var above = node.parent;
        double whole = above.parent == null ? 1 : allocator.sharing.share(above.held);
        return whole * node.weight() / weights.computeIfAbsent(above, Entitlements::sum);
    }

    private static double sum(ShareNode above) {
        double sum = 0;
        for (var child : above.children()) {
            if (child.active > 0 || !child.held.isZero()) {
                sum += child.weight();
            }
        }
        return sum;
    }

    /** What is claimed for roles below this one already. */
    private Quantities coming(ShareNode node) {
        var out = new Quantities();
        for (var claim : claims) {
            if (isUnder(claim.client, node)) {
                claim.parts.forEach(part -> out.add(claim.missing(part, allocator.names), 1));
            }
        }
        return out;
    }

    /** What is claimed of roles below this one already. */
    private Quantities going(ShareNode node) {
        var out = new Quantities();
        for (var claim : claims) {
            for (var part : claim.parts) {
                if (isUnder(part.role(), node)) {
                    out.add(claim.missing(part, allocator.names), 1);
                }
            }
        }
        return out;
    }
}
