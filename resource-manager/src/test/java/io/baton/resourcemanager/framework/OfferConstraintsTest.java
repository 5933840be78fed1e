package io.baton.resourcemanager.framework;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.protocol.FrameworkProtocol;
import io.baton.v1.scheduler.AttributeConstraint;
import io.baton.v1.scheduler.AttributeConstraint.Predicate;
import io.baton.v1.scheduler.AttributeConstraint.Selector;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.OfferConstraints;
import io.baton.v1.scheduler.OfferConstraints.RoleConstraints;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which offer constraints are refused, in Mesos's words. */
class OfferConstraintsTest extends SessionFixture {
    private static final Predicate EXISTS = Predicate.newBuilder()
            .setExists(Predicate.Exists.getDefaultInstance())
            .build();
    private static final Selector RACK =
            Selector.newBuilder().setAttributeName("rack").build();

    private static OfferConstraints one(Selector selector, Predicate predicate) {
        return groups(RoleConstraints.newBuilder()
                .addGroups(RoleConstraints.Group.newBuilder()
                        .addAttributeConstraints(AttributeConstraint.newBuilder()
                                .setSelector(selector)
                                .setPredicate(predicate))));
    }

    private static OfferConstraints groups(RoleConstraints.Builder groups) {
        return OfferConstraints.newBuilder()
                .putRoleConstraints("a", groups.build())
                .build();
    }

    private static OfferConstraints with(String what) {
        return switch (what) {
            case "no groups" -> groups(RoleConstraints.newBuilder());
            case "an empty group" ->
                groups(RoleConstraints.newBuilder().addGroups(RoleConstraints.Group.getDefaultInstance()));
            case "no selector" -> one(Selector.getDefaultInstance(), EXISTS);
            case "an unknown pseudo attribute" ->
                one(
                        Selector.newBuilder()
                                .setPseudoattributeType(Selector.PseudoattributeType.UNKNOWN)
                                .build(),
                        EXISTS);
            case "no predicate" -> one(RACK, Predicate.getDefaultInstance());
            default -> throw new AssertionError(what);
        };
    }

    private static Optional<String> problemOf(OfferConstraints constraints) {
        return FrameworkRoles.problemOf(AWARE, List.of(), Optional.of(constraints));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            no groups                   | has an empty 'RoleConstraints::groups' for role a
            an empty group              | for role a contains an empty RoleConstraints::Group
            no selector                 | A role a has an invalid 'AttributeConstraint': Exactly one of
            an unknown pseudo attribute | A role a has an invalid 'AttributeConstraint': Unknown pseudoattribute type
            no predicate                | A role a has an invalid 'AttributeConstraint': Unknown predicate type
            """)
    void areRefused(String what, String why) {
        assertThat(problemOf(with(what))).hasValueSatisfying(problem -> assertThat(problem)
                .startsWith("Offer constraints are not valid: ")
                .contains(why));
    }

    @Test
    void areTaken() {
        assertThat(problemOf(one(RACK, EXISTS))).isEmpty();
        assertThat(problemOf(OfferConstraints.getDefaultInstance())).isEmpty();
    }

    @Test
    void aSubscriptionWithSuchIsRefusedAndAnUpdateLeavesThemAsTheyWere() {
        var valid = one(RACK, EXISTS);
        assertThat(session.problemOf(subscribe(with("no groups")))).isPresent();
        session.subscribe(subscribe(valid), T0);

        var refused = update(with("no groups"));
        assertThat(refused.answer().status()).isEqualTo(400);
        assertThat(refused.effects()).isEmpty();
        assertThat(update(valid).answer().status()).isEqualTo(200);
    }

    private static FrameworkProtocol.Subscribe subscribe(OfferConstraints constraints) {
        return new FrameworkProtocol.Subscribe(F, false, AWARE, List.of(), Optional.of(constraints), "s1", null);
    }

    private Answered update(OfferConstraints constraints) {
        var update = Call.UpdateFramework.newBuilder().setFrameworkInfo(AWARE).setOfferConstraints(constraints);
        return session.call(
                call(Call.Type.UPDATE_FRAMEWORK).setUpdateFramework(update).build(), "s1", T0);
    }
}
