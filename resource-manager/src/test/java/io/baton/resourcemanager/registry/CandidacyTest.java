package io.baton.resourcemanager.registry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CandidacyTest {
    private static final long QUIET = Candidacy.QUIET.toMillis();

    @Test
    void onlyAFollowerStandsAndOnlyForItsLeaderWhenThatIsQuiet() {
        assertThat(Candidacy.isDue(ContactTest.follower("a", QUIET), "a")).isTrue();
        assertThat(Candidacy.isDue(ContactTest.follower("a", QUIET - 1), "a")).isFalse();
        assertThat(Candidacy.isDue(ContactTest.follower("a", RaftSettings.MOST_PATIENCE.toMillis()), "a"))
                .as("this one stood still")
                .isFalse();
        assertThat(Candidacy.isDue(ContactTest.follower("b", QUIET), "a")).isFalse();
        assertThat(Candidacy.isDue(ContactTest.follower("", QUIET), "a")).isFalse();
        assertThat(Candidacy.isDue(ContactTest.candidate(), "a")).isFalse();
        assertThat(Candidacy.isDue(ContactTest.leader(QUIET), "f")).isFalse();
    }
}
