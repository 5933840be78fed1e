package io.baton.cli.cluster;

import io.baton.v1.agent.Call;
import io.baton.v1.agent.Response;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;

/** The operator API of one agent. */
final class AgentApi {
    private static final int NOT_FOUND = 404;
    private static final int UNAUTHORIZED = 401;

    private final URI url;
    private final Login user;

    /** @param agent such as {@code http://10.0.0.7:5051} */
    AgentApi(String agent, Login user) {
        this.user = user;
        url = URI.create(agent + "/api/v1");
    }

    /**
     * @param about what is not there if it answers 404
     * @throws FileNotFoundException if it does
     * @throws IOException if the agent cannot be reached or refuses
     */
    Response ask(Call.Builder call, String about) throws IOException {
        var answer = Http.post(url, call.build().toByteArray(), user);
        if (answer.status() == NOT_FOUND) {
            throw new FileNotFoundException(about);
        }
        if (!answer.ok()) {
            var why = answer.status() == UNAUTHORIZED ? user.hint(url) : answer.text();
            throw new IOException("status " + answer.status() + " " + why);
        }
        return Response.parseFrom(answer.body());
    }
}
