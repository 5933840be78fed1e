package io.baton.cli.command;

import io.baton.cli.terminal.Shown;
import io.baton.v1.Resource;
import io.baton.v1.Value;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;

/** Resources as cells. */
final class Amounts {
    private Amounts() {}

    static double of(String name, List<Resource> resources) {
        var sum = 0.0;
        for (var resource : resources) {
            if (resource.getName().equals(name) && resource.getType() == Value.Type.SCALAR) {
                sum += resource.getScalar().getValue();
            }
        }
        return sum;
    }

    static String cpus(List<Resource> resources) {
        return Shown.amount(of("cpus", resources));
    }

    static String megabytes(String name, List<Resource> resources) {
        var amount = of(name, resources);
        return amount == 0 ? "" : Shown.megabytes(amount);
    }

    /** Used of total. */
    static String share(String name, List<Resource> used, List<Resource> total, DoubleFunction<String> shown) {
        var all = of(name, total);
        return all == 0 ? "" : shown.apply(of(name, used)) + "/" + shown.apply(all);
    }

    static String ports(List<Resource> resources) {
        return resources.stream()
                .filter(r -> r.getName().equals("ports"))
                .flatMap(r -> r.getRanges().getRangeList().stream())
                .map(range -> range.getBegin() == range.getEnd()
                        ? Long.toString(range.getBegin())
                        : range.getBegin() + "-" + range.getEnd())
                .collect(Collectors.joining(","));
    }
}
