package io.baton.resourcemanager.registry.state;

import io.baton.core.id.IdRules;
import io.baton.resourcemanager.registry.record.Refused;
import io.baton.resourcemanager.registry.record.Result;
import io.baton.resourcemanager.registry.record.Snapshot;
import io.baton.resourcemanager.registry.record.UpdateQuotas;
import io.baton.resourcemanager.registry.record.UpdateWeights;
import io.baton.v1.WeightInfo;
import io.baton.v1.quota.QuotaConfig;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What operators have set for roles. Whether a quota makes sense beside the others is judged before it comes here. */
final class RoleTable {
    private final TreeMap<String, WeightInfo> weights = new TreeMap<>();
    private final TreeMap<String, QuotaConfig> quotas = new TreeMap<>();
    private long weightsVersion;
    private long quotasVersion;

    Result update(UpdateWeights command, Epochs epochs) {
        if (command.hasIfVersion() && command.getIfVersion() != weightsVersion) {
            return Results.conflict(weightsVersion);
        }
        for (var weight : command.getWeightsList()) {
            var problem = IdRules.problemOfRole(weight.getRole());
            if (problem.isEmpty() && !(weight.getWeight() > 0 && weight.getWeight() < Double.POSITIVE_INFINITY)) {
                problem = Optional.of("the weight of role '" + IdRules.printable(weight.getRole())
                        + "' must be a number above 0, is " + weight.getWeight());
            }
            if (problem.isPresent()) {
                return Results.refused(Refused.Code.INVALID, problem.get());
            }
        }
        var next = new TreeMap<>(weights);
        command.getWeightsList().forEach(weight -> next.put(weight.getRole(), weight));
        if (next.size() > RegistryLimits.ROLES) {
            return Results.full("roles with a weight", RegistryLimits.ROLES);
        }
        weights.putAll(next);
        weightsVersion = epochs.next();
        return Results.written(weightsVersion);
    }

    Result update(UpdateQuotas command, Epochs epochs) {
        if (command.hasIfVersion() && command.getIfVersion() != quotasVersion) {
            return Results.conflict(quotasVersion);
        }
        var next = new TreeMap<>(quotas);
        for (var config : command.getConfigsList()) {
            var problem = IdRules.problemOfRole(config.getRole());
            if (problem.isPresent()) {
                return Results.refused(Refused.Code.INVALID, problem.get());
            }
            if (config.getSerializedSize() > RegistryLimits.DESCRIPTION_BYTES) {
                return Results.refused(
                        Refused.Code.FULL,
                        "the quota of role '" + IdRules.printable(config.getRole()) + "' takes "
                                + config.getSerializedSize() + " bytes, more than "
                                + RegistryLimits.DESCRIPTION_BYTES);
            }
            if (config.getGuaranteesCount() == 0 && config.getLimitsCount() == 0) {
                next.remove(config.getRole());
            } else {
                next.put(config.getRole(), config);
            }
        }
        if (next.size() > RegistryLimits.ROLES) {
            return Results.full("roles with a quota", RegistryLimits.ROLES);
        }
        quotas.clear();
        quotas.putAll(next);
        quotasVersion = epochs.next();
        return Results.written(quotasVersion);
    }

    SortedMap<String, WeightInfo> weights() {
        return Collections.unmodifiableSortedMap(weights);
    }

    long weightsVersion() {
        return weightsVersion;
    }

    SortedMap<String, QuotaConfig> quotas() {
        return Collections.unmodifiableSortedMap(quotas);
    }

    long quotasVersion() {
        return quotasVersion;
    }

    void save(Snapshot.Builder snapshot) {
        snapshot.addAllWeights(weights.values())
                .setWeightsVersion(weightsVersion)
                .addAllQuotas(quotas.values())
                .setQuotasVersion(quotasVersion);
    }

    void load(Snapshot snapshot) {
        weights.clear();
        quotas.clear();
        snapshot.getWeightsList().forEach(weight -> weights.put(weight.getRole(), weight));
        snapshot.getQuotasList().forEach(quota -> quotas.put(quota.getRole(), quota));
        weightsVersion = snapshot.getWeightsVersion();
        quotasVersion = snapshot.getQuotasVersion();
    }
}
