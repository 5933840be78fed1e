package io.baton.resourcemanager.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What becomes free on an agent whose last offer nobody has answered yet. */
class UnansweredTest {
    private static final Duration SHORT = Duration.ofMillis(100);

    private final Stage stage =
            new Stage().framework("f", "r").agent("x", "cpus:10 mem:640").holding("x", "f", "r", "cpus:9 mem:576");

    private void later(Duration time) {
        stage.now = stage.now.plus(time);
    }

    @Test
    void whoDoesNotAnswerGetsOneOfferABatch() {
        assertThat(stage.round()).isEqualTo("x>f/r cpus:1; mem:64");
        for (int i = 0; i < 3; i++) {
            later(SHORT);
            assertThat(stage.release("x", "f", "cpus:1 mem:64").round()).isEmpty();
        }

        assertThat(stage.pass(Duration.ofMillis(700)).round()).isEqualTo("x>f/r cpus:3; mem:192");
    }

    @Test
    void whoAnswersIsAskedAtOnceAboutAllThatIsFree() {
        stage.round();
        later(SHORT);
        assertThat(stage.release("x", "f", "cpus:2 mem:128").round()).isEmpty();
        later(SHORT);

        stage.takes("x", "f", "r");

        assertThat(stage.allocator.hasChanges()).isTrue();
        assertThat(stage.round()).isEqualTo("x>f/r cpus:2; mem:128");
    }

    @Test
    void anOfferThatIsHeldForLongKeepsNothingBack() {
        stage.round();
        stage.pass(Unanswered.PATIENCE);

        assertThat(stage.release("x", "f", "cpus:1 mem:64").round()).isEqualTo("x>f/r cpus:1; mem:64");
    }

    @Test
    void othersAreAskedMeanwhile() {
        stage.round();
        stage.framework("g", "s");
        later(SHORT);

        assertThat(stage.release("x", "f", "cpus:1 mem:64").round()).isEqualTo("x>g/s cpus:1; mem:64");
    }

    @Test
    void whoRevivesIsAskedAtOnce() {
        stage.round();
        later(SHORT);
        assertThat(stage.release("x", "f", "cpus:1 mem:64").round()).isEmpty();

        assertThat(stage.revive("f", "r").round()).isEqualTo("x>f/r cpus:1; mem:64");
    }

    @Test
    void anAgentThatHasGoneMeanwhileIsForgotten() {
        stage.round();
        later(SHORT);
        stage.release("x", "f", "cpus:1 mem:64").round();

        assertThat(stage.gone("x").pass(Duration.ofSeconds(1)).round()).isEmpty();
    }
}
