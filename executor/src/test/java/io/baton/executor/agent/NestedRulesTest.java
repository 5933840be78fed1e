package io.baton.executor.agent;

import static io.baton.executor.Samples.task;
import static io.baton.executor.agent.BooksProbe.NOW;
import static io.baton.executor.agent.BooksProbe.executor;
import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.ContainerProtocol.Wanted;
import io.baton.v1.CommandInfo;
import io.baton.v1.ContainerID;
import io.baton.v1.ContainerInfo;
import io.baton.v1.ExecutorInfo;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whoever holds the token of an executor may be any program of that one's user. */
class NestedRulesTest {
    private final BooksProbe probe = new BooksProbe();
    private ContainerID around = ContainerID.getDefaultInstance();

    @BeforeEach
    void start() {
        var custom = executor("e", ExecutorInfo.Type.CUSTOM).toBuilder();
        custom.getCommandBuilder().setUser("alice");
        probe.launch(custom.build(), true, true, task("t", "").clearCommand());
        var container = probe.executorsContainer("e");
        probe.runs(container);
        around = ContainerID.newBuilder().setValue(container).build();
    }

    private CallAnswer launch(ContainerID parent, String id, String user, boolean session, boolean byExecutor) {
        var command = CommandInfo.newBuilder().setValue("id");
        if (!user.isEmpty()) {
            command.setUser(user);
        }
        var effects = new ArrayList<Effect>();
        var wanted = new Wanted(command.build(), ContainerInfo.getDefaultInstance(), List.of(), session, byExecutor);
        var nested = ContainerID.newBuilder().setValue(id).setParent(parent).build();
        var answer = probe.books.nested().launch(nested, wanted, NOW, effects);
        probe.take(effects);
        return answer;
    }

    @ParameterizedTest(name = "user ''{0}'', by an executor: {1}")
    @CsvSource({
        "'', true, 200",
        "alice, true, 200",
        "root, true, 403",
        "bob, true, 403",
        "'', false, 200",
        "bob, false, 200"
    })
    void anExecutorStartsContainersAsItsOwnUserOnly(String user, boolean byExecutor, int status) {
        for (boolean session : List.of(false, true)) {
            assertThat(launch(around, "n" + session, user, session, byExecutor).status())
                    .isEqualTo(status);
        }
    }

    @Test
    void norAsTheOneOfAnOperatorsContainerInItsOwn() {
        assertThat(launch(around, "n", "root", false, false)).isEqualTo(CallAnswer.OK);
        probe.runs("n");
        var parent = ContainerID.newBuilder().setValue("n").setParent(around).build();

        assertThat(launch(parent, "m", "", false, true))
                .isEqualTo(
                        CallAnswer.forbidden("An executor may start containers as its own user only, not as 'root'"));
        assertThat(launch(parent, "m", "alice", false, true)).isEqualTo(CallAnswer.OK);
    }

    @Test
    void whatTheHostCannotNameIsRefused() {
        assertThat(launch(around, "n\ud800", "", false, false).status()).isEqualTo(400);
    }
}
