package io.baton.resourcemanager.allocation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A place in the tree of roles and frameworks, with what is held by it and everything below it, and its children in
 * the order in which they are served.
 *
 * <p>The order is mended, not made anew: a child whose share has changed is put in its new place when the order is
 * next asked for. Only if many have changed, or the cluster's size (and with it every share), it is sorted.
 */
class ShareNode {
    /** Above this many changed children, sorting is cheaper than mending. */
    private static final int MEND_AT_MOST = 8;

    final String name;
    final ShareNode parent;
    final Quantities held = new Quantities();

    /** Only for active parts of the tree: with nobody below who wants offers, a child is in no order. */
    int active;

    /** How many clients below are to be asked about agents that have not changed. */
    int eager;

    private final SortedMap<String, ShareNode> children = new TreeMap<>();
    private final List<ShareNode> stale = new ArrayList<>();
    private ShareNode[] order = new ShareNode[0];
    private int ordered;
    private long settledFor = -1;
    private double weight = 1;
    private long served;
    private double key;
    private int place = -1;
    private boolean isStale;

    ShareNode(String name, ShareNode parent) {
        this.name = name;
        this.parent = parent;
    }

    ShareNode child(String childName) {
        return children.get(childName);
    }

    Iterable<ShareNode> children() {
        return children.values();
    }

    void add(ShareNode child) {
        children.put(child.name, child);
    }

    void remove(ShareNode child) {
        children.remove(child.name);
        if (child.place >= 0) {
            takeOut(child);
        }
        stale.remove(child);
    }

    double weight() {
        return weight;
    }

    void weight(double next) {
        weight = next;
        changed();
    }

    /** Something is held more ({@code sign} 1) or less by this and by all above. */
    final void hold(Quantities amount, int sign) {
        for (var node = this; node != null; node = node.parent) {
            node.held.add(amount, sign);
            node.changed();
        }
    }

    /** An offer has been proposed: among equal shares those who had fewer come first. */
    final void serve() {
        for (var node = this; node != null; node = node.parent) {
            node.served++;
            node.changed();
        }
    }

    final void activate(int change) {
        for (var node = this; node != null; node = node.parent) {
            node.active += change;
            node.changed();
        }
    }

    final void eager(int change) {
        for (var node = this; node != null; node = node.parent) {
            node.eager += change;
        }
    }

    private void changed() {
        if (parent != null && !isStale && (active > 0 || place >= 0)) {
            isStale = true;
            parent.stale.add(this);
        }
    }

    /** Whether the children's order comes from chance. */
    boolean shuffled(AllocationRules rules) {
        return rules.roleOrder() == AllocationRules.Order.RANDOM;
    }

    /**
     * Puts the children in order.
     *
     * @return how many are active; {@link #at} answers them until the next call
     */
    int settle(Sharing sharing) {
        if (shuffled(sharing.rules())) {
            return sort(sharing, true);
        }
        if (settledFor != sharing.version() || stale.size() > MEND_AT_MOST) {
            return sort(sharing, false);
        }
        if (!stale.isEmpty()) {
            mend(sharing);
        }
        return ordered;
    }

    ShareNode at(int i) {
        return order[i];
    }

    private int sort(Sharing sharing, boolean byChance) {
        forgetStale();
        ordered = 0;
        for (var child : children.values()) {
            child.place = -1;
            if (child.active > 0) {
                child.key = byChance ? sharing.chance(child.weight) : sharing.share(child.held) / child.weight;
                room();
                order[ordered++] = child;
            }
        }
        Arrays.sort(order, 0, ordered, ShareNode::compareKeys);
        for (int i = 0; i < ordered; i++) {
            order[i].place = i;
        }
        settledFor = sharing.version();
        return ordered;
    }

    private void mend(Sharing sharing) {
        for (var child : stale) {
            if (child.place >= 0) {
                takeOut(child);
            }
        }
        for (var child : stale) {
            if (child.active > 0) {
                child.key = sharing.share(child.held) / child.weight;
                putIn(child);
            }
        }
        forgetStale();
    }

    private void forgetStale() {
        for (var child : stale) {
            child.isStale = false;
        }
        stale.clear();
    }

    private void takeOut(ShareNode child) {
        ordered--;
        for (int i = child.place; i < ordered; i++) {
            order[i] = order[i + 1];
            order[i].place = i;
        }
        order[ordered] = null;
        child.place = -1;
    }

    private void putIn(ShareNode child) {
        int low = 0;
        int high = ordered;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (compareKeys(order[middle], child) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        room();
        for (int i = ordered; i > low; i--) {
            order[i] = order[i - 1];
            order[i].place = i;
        }
        order[low] = child;
        child.place = low;
        ordered++;
    }

    private void room() {
        if (ordered == order.length) {
            order = Arrays.copyOf(order, Math.max(4, 2 * ordered));
        }
    }

    private static int compareKeys(ShareNode a, ShareNode b) {
        int byShare = Double.compare(a.key, b.key);
        if (byShare != 0) {
            return byShare;
        }
        int byServed = Long.compare(a.served, b.served);
        return byServed != 0 ? byServed : a.name.compareTo(b.name);
    }
}
