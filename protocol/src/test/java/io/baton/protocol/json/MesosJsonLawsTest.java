package io.baton.protocol.json;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.baton.protocol.oracle.OurTypes;
import io.baton.protocol.oracle.RandomMessage;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What holds for every message of every type. */
class MesosJsonLawsTest {
    private static final List<Message> PROTOTYPES = OurTypes.prototypes();

    @Property(tries = 3000)
    void readsBackWhatItWrote(@ForAll long seed) throws MesosJsonException {
        var message = random(seed);
        var json = MesosJson.write(message);

        assertThat(MesosJson.readBack(json, message.newBuilderForType()).build())
                .isEqualTo(message);
    }

    @Property(tries = 1000)
    void writesOneLineOfAscii(@ForAll long seed) {
        for (byte b : MesosJson.write(random(seed))) {
            assertThat(b).isBetween((byte) ' ', (byte) 0x7f);
        }
    }

    @Property(tries = 3000)
    void refusesOrReadsAnythingWithoutFailingOtherwise(@ForAll long seed) {
        var message = random(seed);
        var json = MesosJson.write(message);
        var random = new Random(seed);
        for (int i = 0; i < 3 && json.length > 0; i++) {
            json[random.nextInt(json.length)] = (byte) "{}[]\",:0e-\\u".charAt(random.nextInt(12));
        }
        try {
            MesosJson.parse(json, message.newBuilderForType());
        } catch (MesosJsonException e) {
            assertThat(e.getMessage()).as(new String(json, US_ASCII)).isNotBlank();
        }
    }

    @Test
    void everyMessageTypeCanBeReadBack() throws MesosJsonException {
        for (int i = 0; i < PROTOTYPES.size(); i++) {
            var message = new RandomMessage(i, Set.of()).like(PROTOTYPES.get(i));
            var read = MesosJson.readBack(MesosJson.write(message), message.newBuilderForType());

            assertThat(read.build()).as("seed %d", i).isEqualTo(message);
        }
        assertThat(PROTOTYPES).hasSizeGreaterThan(349);
    }

    private static Message random(long seed) {
        var prototype = PROTOTYPES.get((int) Long.remainderUnsigned(seed, PROTOTYPES.size()));
        return new RandomMessage(seed, Set.of()).like(prototype);
    }
}
