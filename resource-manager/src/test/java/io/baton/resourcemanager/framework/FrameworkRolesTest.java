package io.baton.resourcemanager.framework;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.protocol.FrameworkProtocol;
import io.baton.v1.Label;
import io.baton.v1.Labels;
import io.baton.v1.scheduler.AttributeConstraint;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.OfferConstraints;
import io.baton.v1.scheduler.OfferConstraints.RoleConstraints;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Offer constraints that are too much for a master. */
class FrameworkRolesTest extends SessionFixture {
    private static final String TOO_COMPLEX = "((a{1000}){1000}){1000}";

    @Test
    void aRegularExpressionThatIsTooComplexIsRefused() {
        assertThat(subscribed(constraints(matches(TOO_COMPLEX), 1)))
                .startsWith("refuse: ")
                .contains("Regex '" + TOO_COMPLEX + "' is too complex");
        assertThat(subscribed(constraints(matchesNot(TOO_COMPLEX), 1))).contains("is too complex");
        assertThat(subscribed(constraints(matches("rack-[0-9]+"), 1))).contains("SUBSCRIBED");

        var update = call(Call.Type.UPDATE_FRAMEWORK)
                .setUpdateFramework(Call.UpdateFramework.newBuilder()
                        .setFrameworkInfo(INFO)
                        .setOfferConstraints(constraints(matches(TOO_COMPLEX), 1)))
                .build();
        var answer = session.call(update, "s1", T0).answer();

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).contains("is too complex");
    }

    @Test
    void soAreMoreConstraintsThanAMasterLooksAt() {
        var constraint = matches("rack-[0-9]+");

        assertThat(subscribed(constraints(constraint, FrameworkRoles.MAX_CONSTRAINTS + 1)))
                .contains("There are 1001 offer constraints, more than 1000");
        assertThat(subscribed(constraints(constraint, FrameworkRoles.MAX_CONSTRAINTS)))
                .contains("SUBSCRIBED");
    }

    @Test
    void soAreConstraintsAndDescriptionsThatAreTooLong() {
        var long256 = constraints(matches("r".repeat(300)), FrameworkRoles.MAX_CONSTRAINTS);
        assertThat(subscribed(long256)).contains("Offer constraints take", "more than 262144");

        assertThat(problemOfLabels(FrameworkRoles.MAX_BYTES / 2)).isEmpty();
        assertThat(problemOfLabels(FrameworkRoles.MAX_BYTES))
                .hasValueSatisfying(why -> assertThat(why).contains("more than " + FrameworkRoles.MAX_BYTES));
    }

    private String subscribed(OfferConstraints constraints) {
        return shown(session.subscribe(
                new FrameworkProtocol.Subscribe(F, false, INFO, List.of(), Optional.of(constraints), "s1", null), T0));
    }

    private static OfferConstraints constraints(AttributeConstraint constraint, int count) {
        var group =
                RoleConstraints.Group.newBuilder().addAllAttributeConstraints(Collections.nCopies(count, constraint));
        return OfferConstraints.newBuilder()
                .putRoleConstraints(
                        "*", RoleConstraints.newBuilder().addGroups(group).build())
                .build();
    }

    private static AttributeConstraint matches(String regex) {
        var out = AttributeConstraint.newBuilder();
        out.getSelectorBuilder().setAttributeName("rack");
        out.getPredicateBuilder().getTextMatchesBuilder().setRegex(regex);
        return out.build();
    }

    private static AttributeConstraint matchesNot(String regex) {
        var out = AttributeConstraint.newBuilder();
        out.getSelectorBuilder().setAttributeName("rack");
        out.getPredicateBuilder().getTextNotMatchesBuilder().setRegex(regex);
        return out.build();
    }

    private static Optional<String> problemOfLabels(int size) {
        var labels =
                Labels.newBuilder().addLabels(Label.newBuilder().setKey("k").setValue("v".repeat(size)));
        return FrameworkRoles.problemOf(INFO.toBuilder().setLabels(labels).build(), List.of(), Optional.empty());
    }
}
