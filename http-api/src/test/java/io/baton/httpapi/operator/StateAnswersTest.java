package io.baton.httpapi.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.httpapi.States;
import io.baton.httpapi.codec.Replies;
import io.baton.protocol.codec.Encoding;
import io.baton.v1.Task;
import io.baton.v1.TaskState;
import io.baton.v1.master.Response;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StateAnswersTest {
    private final StateAnswers answers = new StateAnswers();

    private static byte[] body(HttpResponse response) {
        return ((HttpEntity.Strict) response.entity()).getData().toArray();
    }

    private static Response state(List<Task> tasks) {
        var small = States.small().state().toBuilder();
        small.getGetTasksBuilder().clearTasks().addAllTasks(tasks);
        return Response.newBuilder()
                .setType(Response.Type.GET_STATE)
                .setGetState(small)
                .build();
    }

    private static List<Task> tasks(int count) {
        var out = new ArrayList<Task>();
        for (int i = 0; i < count; i++) {
            out.add(States.task("töst-" + i, TaskState.TASK_RUNNING, i));
        }
        return out;
    }

    @ParameterizedTest
    @EnumSource(Encoding.class)
    void sayInPiecesWhatMessagesSayAsAWhole(Encoding encoding) throws Exception {
        var tasks = tasks(2000);
        for (int round = 0; round < 3; round++) {
            var response = state(tasks);

            var written = answers.answer(encoding, response);

            assertThat(written.entity().getContentType().toString()).isEqualTo(encoding.contentType());
            if (encoding == Encoding.JSON) {
                assertThat(body(written)).isEqualTo(body(Replies.message(encoding, response)));
            } else {
                assertThat(Response.parseFrom(body(written))).isEqualTo(response);
            }
            tasks.set(7, States.task("new-" + round, TaskState.TASK_STARTING, 3));
            tasks.remove(1000);
        }
    }

    @Test
    void showEmptyListsAsMessagesDo() {
        for (var response : List.of(
                Response.newBuilder()
                        .setType(Response.Type.GET_TASKS)
                        .setGetTasks(Response.GetTasks.getDefaultInstance())
                        .build(),
                Response.newBuilder()
                        .setType(Response.Type.GET_AGENTS)
                        .setGetAgents(Response.GetAgents.getDefaultInstance())
                        .build())) {
            assertThat(body(answers.answer(Encoding.JSON, response))).isEqualTo(Encoding.JSON.write(response));
        }
    }
}
