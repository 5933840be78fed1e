package io.baton.resourcemanager.registry.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.resourcemanager.registry.record.AgentEntry;
import io.baton.resourcemanager.registry.record.Command;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What commands do is part of the format: masters of two versions must judge an old entry alike. */
class RegistryHistoryTest {
    private static final int COMMANDS = 20_000;
    private static final int MOST_AGENTS = 30;
    private static final long HOUR = Duration.ofHours(1).toMillis();

    private static final List<String> KINDS = List.of(
            "join M",
            "down I",
            "leave M I",
            "acquire M I s1,s2",
            "allocator M I",
            "admit A",
            "unreachable A I",
            "unreachable A N",
            "gone A",
            "drain A",
            "drained A",
            "deactivate A",
            "reactivate A",
            "subscribe F",
            "disconnect F I",
            "remove F",
            "remove F I",
            "weight eng 2 I",
            "#rI weight ops 3",
            "quota eng 4",
            "quota eng none",
            "schedule h1 h2",
            "start h1",
            "stop h1",
            "put n A v",
            "put n A w 0",
            "put n A x I",
            "delete n A");

    private final Random random = new Random(1);
    private final RegistryState state = new RegistryState();
    private final MessageDigest digest = sha256();
    private long at;

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private Command next(long index) {
        // Most come at once; now and then days pass.
        at += random.nextInt(8) == 0 ? random.nextInt(48) * HOUR : random.nextInt(60_000);
        var agent = "a" + random.nextInt(MOST_AGENTS) + "-" + index / 2_000;
        var incarnation = state.agents()
                .getOrDefault(agent, AgentEntry.getDefaultInstance())
                .getIncarnation();
        return Say.command(
                KINDS.get(random.nextInt(KINDS.size()))
                        .replace("M", "m" + random.nextInt(3))
                        .replace("A", agent)
                        .replace("N", Long.toString(incarnation))
                        .replace("F", "f" + random.nextInt(MOST_AGENTS) + "-" + index / 2_000)
                        .replace("I", Long.toString(Math.max(1, index - random.nextInt(40)))),
                at);
    }

    /** If this fails the reducer has changed. Before the first release: correct it. After: raise the format (ADR 10). */
    @Test
    void aLongHistoryIsJudgedAsEver() {
        state.apply(Say.command("found c", 0), 1);
        for (long index = 2; index < COMMANDS; index++) {
            var result = state.apply(next(index), index).result().toBuilder();
            if (result.hasRefused()) {
                result.getRefusedBuilder().setMessage("");
            }
            digest.update(Formats.bytes(result.build()));
            if (index % 100 == 0) {
                digest.update(Formats.bytes(state.save()));
            }
        }

        assertThat(HexFormat.of().formatHex(digest.digest()))
                .isEqualTo("9a89d392abafb8e4d70c6c60ec09482849c0c28872b4dad3e9046d2bb4ad4508");
    }
}
