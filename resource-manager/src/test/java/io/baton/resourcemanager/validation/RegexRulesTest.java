package io.baton.resourcemanager.validation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegexRulesTest {
    @ParameterizedTest(name = "''{0}''")
    @ValueSource(
            strings = {
                "",
                "rack-[0-9]+",
                "(?i)[a-z]{1,20}\\.example\\.com",
                "([0-9]{1,3}\\.){3}[0-9]{1,3}",
                "(rack|row)-\\p{Greek}{2,}",
                "a{,1000}"
            })
    void takesWhatMayStandInAConstraint(String regex) {
        assertThat(RegexRules.problemOf(regex)).isEmpty();
    }

    /** Each of them would be written out to millions of steps. */
    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "((a{1000}){1000}){1000}",
                "(a{1000}){1000}",
                "((((a{0,30}){0,30}){0,30}){0,30}){0,30}",
                "([)]a{30}[(]){30}",
                "[[:alpha:][](a{30}){30}",
                "(a{30})\\Q\\E{1000}",
                "a{1000}\\Q\\E{1000}",
                "a{900}(?i){900}",
                "(a{99}){9999}"
            })
    void refusesRepeatsInRepeatsBeforeTheyAreWrittenOut(String regex) {
        assertThat(RegexRules.roughSize(regex)).isGreaterThan(RegexRules.MAX_ROUGH_SIZE);
        assertThat(RegexRules.problemOf(regex)).hasValueSatisfying(problem -> assertThat(problem)
                .startsWith("Regex '" + regex + "' is too complex: it has more than 1000 characters"));
    }

    @Test
    void refusesLargeProgramsInTheWordsOfMesos() {
        assertThat(RegexRules.problemOf("a{500}")).hasValueSatisfying(problem -> assertThat(problem)
                .matches("Regex 'a\\{500}' is too complex: program size of 50[0-9] is larger than maximum of 100"
                        + " allowed"));
        assertThat(RegexRules.problemOf("a".repeat(RegexRules.MAX_PROGRAM + 1))).isPresent();
        assertThat(RegexRules.problemOf("a".repeat(4097)))
                .hasValueSatisfying(problem -> assertThat(problem).endsWith("is longer than 4096 characters"));
    }

    @Test
    void refusesWhatIsNoExpression() {
        assertThat(RegexRules.problemOf("a(")).hasValueSatisfying(problem -> assertThat(problem)
                .startsWith("An offer constraint's regular expression is invalid: "));
    }
}
