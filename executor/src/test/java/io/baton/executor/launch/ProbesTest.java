package io.baton.executor.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.executor.check.Outcome;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.Test;

class ProbesTest {
    @Test
    void aFullDiskSaysNothingOfTheTaskButACommandThatWillNotDoDoes() {
        var full = new FileSystemException("/work/meta/oci/execs/check.1", null, "No space left on device");

        assertThat(Probes.outcomeOf(full)).isInstanceOf(Outcome.NotProbed.class);
        assertThat(Probes.outcomeOf(new Launches.Refused("user 'x' does not exist on this host")))
                .isInstanceOf(Outcome.Failed.class);
    }
}
