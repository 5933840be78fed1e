package io.baton.resourcemanager;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.baton.core.config.Settings;
import io.baton.resourcemanager.allocation.AllocationRules;
import io.baton.resourcemanager.allocation.AllocationRules.Order;
import io.baton.resourcemanager.allocation.OfferFloor;
import io.baton.resourcemanager.allocation.PreemptionRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Settings under {@code baton.master.allocator}. */
final class AllocationConfig {
    private static final String SECTION = "baton.master.allocator.";
    private static final String PREEMPTION = SECTION + "preemption.";

    private AllocationConfig() {}

    /** @throws ConfigException naming file, line and key of the first setting that will not do */
    static AllocationRules from(Config config) {
        var region = config.getString(SECTION + "region");
        return new AllocationRules(
                order(config, SECTION + "role-order"),
                order(config, SECTION + "framework-order"),
                config.getLong(SECTION + "shuffle-seed"),
                new TreeSet<>(config.getStringList(SECTION + "not-shared")),
                floor(config, SECTION + "min-allocatable"),
                config.getBoolean(SECTION + "filter-gpus"),
                region.isEmpty() ? Optional.empty() : Optional.of(region),
                config.getBoolean(SECTION + "back-off"),
                preemption(config));
    }

    private static PreemptionRules preemption(Config config) {
        return new PreemptionRules(
                config.getBoolean(PREEMPTION + "enabled"),
                priorities(config, PREEMPTION + "priorities"),
                quantity(config, PREEMPTION + "unit", config.getString(PREEMPTION + "unit")),
                atLeast(Duration.ZERO, config, PREEMPTION + "patience"),
                atLeast(Duration.ZERO, config, PREEMPTION + "deadline"),
                Settings.atLeast(0, config, PREEMPTION + "kills", config.getInt(PREEMPTION + "kills")),
                atLeast(Duration.ofSeconds(1), config, PREEMPTION + "interval"),
                Settings.atLeast(1, config, PREEMPTION + "at-once", config.getInt(PREEMPTION + "at-once")));
    }

    private static Duration atLeast(Duration least, Config config, String key) {
        return Settings.atLeast(least, config, key, config.getDuration(key));
    }

    /** Role names may hold a colon: the last one counts. */
    private static SortedMap<String, Integer> priorities(Config config, String key) {
        var out = new TreeMap<String, Integer>();
        for (var one : config.getStringList(key)) {
            int colon = one.lastIndexOf(':');
            if (colon < 1 || !one.substring(colon + 1).matches("[+-]?\\d{1,9}")) {
                throw wrong(config, key, "must be of the form \"role:10\", is \"" + one + '"');
            }
            out.put(one.substring(0, colon), Integer.valueOf(one.substring(colon + 1)));
        }
        return out;
    }

    private static Order order(Config config, String key) {
        return switch (config.getString(key)) {
            case "drf" -> Order.DRF;
            case "random" -> Order.RANDOM;
            default -> throw wrong(config, key, "must be drf or random, is " + config.getString(key));
        };
    }

    private static List<OfferFloor.Quantity> floor(Config config, String key) {
        var out = new ArrayList<OfferFloor.Quantity>();
        for (var set : config.getStringList(key)) {
            out.add(quantity(config, key, set));
        }
        return List.copyOf(out);
    }

    private static OfferFloor.Quantity quantity(Config config, String key, String set) {
        var millis = new TreeMap<String, Long>();
        for (var part : set.split(";")) {
            var words = part.strip().split(":");
            if (words.length != 2 || words[0].isEmpty() || !words[1].matches("\\d+(\\.\\d+)?")) {
                throw wrong(config, key, "must be of the form \"cpus:0.01;mem:32\", is \"" + set + '"');
            }
            millis.put(words[0], Math.round(Double.parseDouble(words[1]) * 1000));
        }
        return new OfferFloor.Quantity(millis);
    }

    private static ConfigException wrong(Config config, String key, String problem) {
        return new ConfigException.BadValue(config.getValue(key).origin(), key, problem);
    }
}
