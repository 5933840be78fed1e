package io.baton.resourcemanager.allocation;

/** What a share is a share of: the cluster's scalars. */
final class Sharing {
    private static final long GAMMA = 0x9e3779b97f4a7c15L;

    private final AllocationRules rules;
    private final ResourceNames names;
    private final Quantities cluster = new Quantities();
    private long version;
    private long chance;

    Sharing(AllocationRules rules, ResourceNames names) {
        this.rules = rules;
        this.names = names;
        this.chance = rules.seed();
    }

    AllocationRules rules() {
        return rules;
    }

    /** Changes with the cluster: shares computed at another version are void. */
    long version() {
        return version;
    }

    Quantities cluster() {
        return cluster;
    }

    void resize(Quantities amount, int sign) {
        cluster.add(amount, sign);
        version++;
    }

    /** The largest part of any resource that is held, between 0 and (with volumes shared by many) above 1. */
    double share(Quantities held) {
        double most = 0;
        for (int i = Math.min(held.size(), names.count()) - 1; i >= 0; i--) {
            long mine = held.get(i);
            long all = mine == 0 ? 0 : cluster.get(i);
            if (all > 0 && !(rules.notShared().size() > 0 && rules.notShared().contains(names.name(i)))) {
                most = Math.max(most, (double) mine / all);
            }
        }
        return most;
    }

    /**
     * A key for a shuffle: sorted by these, twice the weight comes first twice as often (Efraimidis and Spirakis,
     * 2006). The sequence depends on the seed alone.
     */
    double chance(double weight) {
        chance += GAMMA;
        long z = (chance ^ (chance >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        double uniform = ((z ^ (z >>> 31)) >>> 11) * 0x1.0p-53;
        return weight == 1 ? -uniform : -Math.pow(uniform, 1 / weight);
    }
}
