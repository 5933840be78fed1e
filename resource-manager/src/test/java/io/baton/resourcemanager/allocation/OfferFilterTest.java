package io.baton.resourcemanager.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.v1.AgentInfo;
import io.baton.v1.Attribute;
import io.baton.v1.DomainInfo;
import io.baton.v1.Value;
import io.baton.v1.scheduler.AttributeConstraint;
import io.baton.v1.scheduler.AttributeConstraint.Predicate;
import io.baton.v1.scheduler.AttributeConstraint.Selector;
import io.baton.v1.scheduler.OfferConstraints;
import io.baton.v1.scheduler.OfferConstraints.RoleConstraints;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A framework's offer constraints, with the behaviours that Mesos's tests of them pin down. */
class OfferFilterTest {
    /** Host h7 in region eu, zone z; attributes rack=r1, rack=r2 (the first counts), cores=8 (no text). */
    private static final AgentInfo AGENT = AgentInfo.newBuilder()
            .setHostname("h7")
            .setDomain(DomainInfo.newBuilder()
                    .setFaultDomain(DomainInfo.FaultDomain.newBuilder()
                            .setRegion(DomainInfo.FaultDomain.RegionInfo.newBuilder()
                                    .setName("eu"))
                            .setZone(
                                    DomainInfo.FaultDomain.ZoneInfo.newBuilder().setName("z"))))
            .addAttributes(text("rack", "r1"))
            .addAttributes(text("rack", "r2"))
            .addAttributes(Attribute.newBuilder()
                    .setName("cores")
                    .setType(Value.Type.SCALAR)
                    .setScalar(Value.Scalar.newBuilder().setValue(8)))
            .build();

    private static Attribute text(String name, String value) {
        return Attribute.newBuilder()
                .setName(name)
                .setType(Value.Type.TEXT)
                .setText(Value.Text.newBuilder().setValue(value))
                .build();
    }

    private static AttributeConstraint constraint(String text) {
        var words = text.strip().split(" +");
        var selector = Selector.newBuilder();
        if (words[0].startsWith("@")) {
            selector.setPseudoattributeType(Selector.PseudoattributeType.valueOf(words[0].substring(1)));
        } else {
            selector.setAttributeName(words[0]);
        }
        var predicate = Predicate.newBuilder();
        switch (words[1]) {
            case "exists" -> predicate.setExists(Predicate.Exists.getDefaultInstance());
            case "absent" -> predicate.setNotExists(Predicate.NotExists.getDefaultInstance());
            case "=" ->
                predicate.setTextEquals(Predicate.TextEquals.newBuilder().setValue(words[2]));
            case "!=" ->
                predicate.setTextNotEquals(Predicate.TextNotEquals.newBuilder().setValue(words[2]));
            case "~" ->
                predicate.setTextMatches(Predicate.TextMatches.newBuilder().setRegex(words[2]));
            default ->
                predicate.setTextNotMatches(
                        Predicate.TextNotMatches.newBuilder().setRegex(words[2]));
        }
        return AttributeConstraint.newBuilder()
                .setSelector(selector)
                .setPredicate(predicate)
                .build();
    }

    /** Groups separated by "or", constraints of one by "and". */
    private static OfferFilter filter(String text) {
        var role = RoleConstraints.newBuilder();
        for (var group : text.split(" or ")) {
            var all = RoleConstraints.Group.newBuilder();
            for (var one : group.split(" and ")) {
                all.addAttributeConstraints(constraint(one));
            }
            role.addGroups(all);
        }
        return new OfferFilter(Optional.of(OfferConstraints.newBuilder()
                .putRoleConstraints("r", role.build())
                .build()));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "rack exists, true",
        "disk exists, false",
        "rack absent, false",
        "disk absent, true",
        "rack = r1, true",
        "rack = r2, false",
        "rack != r2, true",
        "rack = r3, false",
        "rack != r1, false",
        "rack != r3, true",
        "disk = x, false",
        "disk != x, true",
        "rack ~ r., true",
        "rack ~ r, false",
        "rack ~ .*3, false",
        "rack !~ r[12], false",
        "rack !~ x.*, true",
        "disk ~ .*, false",
        "disk !~ .*, true",
        "cores exists, true",
        "cores = 8, true",
        "cores = 9, true",
        "cores != 9, true",
        "cores ~ x, true",
        "cores !~ .*, true",
        "@HOSTNAME = h7, true",
        "@HOSTNAME = H7, false",
        "@HOSTNAME ~ h[0-9]+, true",
        "@HOSTNAME exists, true",
        "@REGION = eu, true",
        "@REGION != eu, false",
        "@ZONE ~ z|y, true",
        "rack = r1 and @REGION = us, false",
        "rack = r1 and @REGION = eu, true",
        "rack = r3 or @REGION = eu, true",
        "rack = r3 or @REGION = us, false"
    })
    void oneGroupMustHoldWhole(String constraints, boolean accepted) {
        assertThat(filter(constraints).accepts("r", AGENT)).isEqualTo(accepted);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({"@REGION exists, false", "@ZONE absent, true", "@REGION = eu, false", "@REGION != eu, true"})
    void anAgentWithoutADomainHasNeitherRegionNorZone(String constraints, boolean accepted) {
        assertThat(filter(constraints)
                        .accepts("r", AGENT.toBuilder().clearDomain().build()))
                .isEqualTo(accepted);
        var nowhere = AGENT.toBuilder().setDomain(DomainInfo.getDefaultInstance());
        assertThat(filter(constraints).accepts("r", nowhere.build())).isEqualTo(accepted);
    }

    @Test
    void aRoleWithoutConstraintsTakesEveryAgent() {
        assertThat(filter("rack = r3").accepts("other", AGENT)).isTrue();
        assertThat(new OfferFilter(Optional.empty()).accepts("r", AGENT)).isTrue();
    }
}
