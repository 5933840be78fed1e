package io.baton.core.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.id.OfferId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TermTest {
    @ParameterizedTest(name = "{0} was made in term {1}.{2}")
    @CsvSource({
        "m-S0-O7.2.15, 7, 2",
        "a-O1.1.1-O8.3.1, 8, 3",
        "m-S0-O7.2, 0, 0",
        "o1, 0, 0",
        "m-S0-O7.x.1, 0, 0",
        "m-S0-O99999999999999999999.1.1, 0, 0",
        "'', 0, 0"
    })
    void anOfferTellsInWhichTermItWasMade(String offer, long epoch, long number) {
        assertThat(Term.of(new OfferId(offer))).isEqualTo(new Term(epoch, number));
    }

    @ParameterizedTest(name = "{0}.{1} and {2}.{3}: {4}")
    @CsvSource({"7, 2, 8, 1, -1", "7, 1, 7, 2, -1", "7, 2, 7, 2, 0", "8, 1, 7, 9, 1"})
    void theLaterOneIsTheHigherOne(long epoch, long number, long otherEpoch, long otherNumber, int sign) {
        assertThat(Integer.signum(new Term(epoch, number).compareTo(new Term(otherEpoch, otherNumber))))
                .isEqualTo(sign);
    }
}
