package io.baton.resourcemanager.role;

import io.baton.core.id.IdRules;
import io.baton.resourcemanager.validation.ForeignText;
import io.baton.v1.WeightInfo;
import java.util.List;
import java.util.Optional;

/** Which weights may be set. */
final class WeightRules {
    private WeightRules() {}

    /** The same without white space around roles, which Mesos passes over, and without what a weight has no use for. */
    static List<WeightInfo> stripped(List<WeightInfo> infos) {
        return infos.stream()
                .map(info -> {
                    var out = WeightInfo.newBuilder().setWeight(info.getWeight());
                    if (info.hasRole()) {
                        out.setRole(info.getRole().strip());
                    }
                    return out.build();
                })
                .toList();
    }

    /** What is wrong with these weights, naming the first role that will not do. Of two of one role the last counts. */
    static Optional<String> problemOf(List<WeightInfo> infos) {
        for (var info : infos) {
            var problem = problemOf(info);
            if (problem.isPresent()) {
                return problem.map(p -> "Failed to validate update weights request JSON for role '"
                        + ForeignText.id(info.getRole()) + "': " + p);
            }
        }
        return Optional.empty();
    }

    private static Optional<String> problemOf(WeightInfo info) {
        double weight = info.getWeight();
        if (!info.hasRole()) {
            return Optional.of("the role is missing");
        }
        if (Double.isNaN(weight) || Double.isInfinite(weight) || weight <= 0) {
            return Optional.of("Invalid weight '" + text(weight) + "': Weights must be positive");
        }
        return IdRules.problemOfChosenRole(info.getRole());
    }

    /** Whole numbers without a fraction, as Mesos writes them. */
    private static String text(double weight) {
        return weight == Math.rint(weight) && Math.abs(weight) < 1e15
                ? Long.toString((long) weight)
                : Double.toString(weight);
    }
}
