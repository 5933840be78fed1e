package io.baton.resourcemanager;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.baton.resourcemanager.allocation.AllocationRules;
import io.baton.resourcemanager.allocation.AllocationRules.Order;
import io.baton.resourcemanager.allocation.OfferFloor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Settings under {@code baton.master.allocator}. */
final class AllocationConfig {
    private static final String SECTION = "baton.master.allocator.";

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
                config.getBoolean(SECTION + "back-off"));
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
            var millis = new TreeMap<String, Long>();
            for (var part : set.split(";")) {
                var words = part.strip().split(":");
                if (words.length != 2 || words[0].isEmpty() || !words[1].matches("\\d+(\\.\\d+)?")) {
                    throw wrong(config, key, "must be of the form \"cpus:0.01;mem:32\", is \"" + set + '"');
                }
                millis.put(words[0], Math.round(Double.parseDouble(words[1]) * 1000));
            }
            out.add(new OfferFloor.Quantity(millis));
        }
        return List.copyOf(out);
    }

    private static ConfigException wrong(Config config, String key, String problem) {
        return new ConfigException.BadValue(config.getValue(key).origin(), key, problem);
    }
}
