package io.baton.cli.cluster;

import com.google.protobuf.InvalidProtocolBufferException;
import io.baton.cli.terminal.CommandFailure;
import io.baton.protocol.json.MesosJson;
import io.baton.protocol.json.MesosJsonException;
import io.baton.v1.explain.Explanation;
import io.baton.v1.master.Call;
import io.baton.v1.master.Response;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The cluster as its operators see it: the operator API of any of its masters, the first one that serves. */
public final class Cluster {
    private static final int DEFAULT_PORT = 5050;
    private static final int DETAIL_LENGTH = 300;
    private static final int UNAUTHORIZED = 401;
    /** Of a master that starts, or has no majority. */
    private static final int UNAVAILABLE = 503;

    private static final int TOO_MANY = 429;

    private final List<URI> masters;
    private final Login login;

    /**
     * The cluster with these masters.
     *
     * @param urls such as {@code http://127.0.0.1:5050}; several with commas between them
     * @throws CommandFailure if one is no URL
     */
    public Cluster(String urls) {
        this(urls, Login.ofUser());
    }

    Cluster(String urls, Login user) {
        masters = new ArrayList<>();
        for (var url : urls.split(",")) {
            if (!url.isBlank()) {
                masters.add(parsed(url.strip()));
            }
        }
        if (masters.isEmpty()) {
            throw CommandFailure.usage("--master is empty: write it as http://host:5050");
        }
        login = user.to(masters);
    }

    /** Who uses it, for whatever it names. */
    public Login login() {
        return login;
    }

    private static URI parsed(String text) {
        try {
            var url = new URI(text.contains("://") ? text : "http://" + text);
            var http = "http".equals(url.getScheme());
            if (url.getHost() == null || !http && !"https".equals(url.getScheme())) {
                throw wrong(text);
            }
            var port = url.getPort() < 0 && http ? DEFAULT_PORT : url.getPort();
            return new URI(url.getScheme(), null, url.getHost(), port, null, null, null);
        } catch (URISyntaxException e) {
            throw wrong(text);
        }
    }

    private static CommandFailure wrong(String text) {
        return CommandFailure.usage("'" + text + "' is not the URL of a master: write it as http://host:5050");
    }

    /** Tasks, frameworks and agents at one moment. */
    public Response.GetState state() {
        return ask(Call.Type.GET_STATE).getGetState();
    }

    /** The agents alone. */
    public Response.GetAgents agents() {
        return ask(Call.Type.GET_AGENTS).getGetAgents();
    }

    /** The frameworks alone, with the offers they have. */
    public Response.GetFrameworks frameworks() {
        return ask(Call.Type.GET_FRAMEWORKS).getGetFrameworks();
    }

    private Response ask(Call.Type type) {
        var answer = post("/api/v1", Call.newBuilder().setType(type).build().toByteArray());
        if (!answer.ok()) {
            throw refused(type.name(), answer);
        }
        try {
            return Response.parseFrom(answer.body());
        } catch (InvalidProtocolBufferException e) {
            throw CommandFailure.failed(
                    "what answers at " + masters.get(0) + " is no master of Baton or Mesos: check --master", e);
        }
    }

    /**
     * Has a task killed, whichever framework it is of.
     *
     * @throws CommandFailure if the master refuses
     */
    public void kill(String frameworkId, String taskId) {
        var answer = post("/api/v1/tasks/" + encoded(frameworkId) + "/" + encoded(taskId) + "/kill", new byte[0]);
        if (!answer.ok()) {
            throw refused("killing task '" + taskId + "'", answer);
        }
    }

    /**
     * The ids of agents.
     *
     * @param given ids or unique prefixes
     * @throws CommandFailure if one names none, or several; then nothing has been asked of any
     */
    public List<String> agentsNamed(List<String> given) {
        var ids = new ShortIds(agents().getAgentsList().stream()
                .map(agent -> agent.getAgentInfo().getId().getValue())
                .toList());
        return given.stream().map(name -> ids.resolve(name, "agent")).distinct().toList();
    }

    /**
     * Has the masters do something.
     *
     * @param what in words, for a refusal
     * @throws CommandFailure if they refuse
     */
    public void order(String what, Call.Builder call) {
        var answer = post("/api/v1", call.build().toByteArray());
        if (!answer.ok()) {
            throw refused(what, answer);
        }
    }

    /**
     * Why a framework is offered agents, or is not.
     *
     * @param role one of its roles; empty for all
     * @param wanted such as {@code cpus:2;mem:512}
     * @throws CommandFailure if the master refuses the question
     */
    public Explanation explain(String frameworkId, String role, String wanted, int limit) {
        var path = "/api/v1/explain?framework=" + encoded(frameworkId) + "&role=" + encoded(role) + "&want="
                + encoded(wanted) + "&limit=" + limit;
        var answer = get(path);
        if (!answer.ok()) {
            throw refused("to explain", answer);
        }
        try {
            return MesosJson.parse(answer.body(), Explanation.newBuilder()).build();
        } catch (MesosJsonException e) {
            throw CommandFailure.failed("what answers at " + masters.get(0) + " explains nothing: check --master", e);
        }
    }

    static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private CommandFailure refused(String what, Http.Answer answer) {
        var text = answer.status() == UNAUTHORIZED ? login.hint(masters.get(0)) : answer.text();
        var detail = text.length() > DETAIL_LENGTH ? text.substring(0, DETAIL_LENGTH) + "…" : text;
        return CommandFailure.failed("the master refused " + what + " with status " + answer.status()
                + (detail.isEmpty() ? "" : ": " + detail));
    }

    /** Where its masters are, as far as the user has said. */
    List<URI> masters() {
        return List.copyOf(masters);
    }

    Http.Answer get(String path) {
        return anyMaster(Cluster::serves, master -> Http.get(master.resolve(path), login));
    }

    /** Of what may be done twice: a master that answers 503 may have done it all the same. */
    Http.Answer post(String path, byte[] body) {
        return anyMaster(Cluster::serves, master -> Http.post(master.resolve(path), body, login));
    }

    /** Of what is not to be done twice: whichever master can be reached is the only one, whatever it answers or does not. */
    Http.Answer postOnce(String path, byte[] body) {
        return anyMaster(answer -> true, master -> {
            try {
                return Http.post(master.resolve(path), body, login);
            } catch (Http.UnreachableException e) {
                throw e;
            } catch (IOException e) {
                throw CommandFailure.failed(
                        master + " did not answer (" + reason(e)
                                + "), and may have done it all the same: look before you ask again",
                        e);
            }
        });
    }

    private static boolean serves(Http.Answer answer) {
        return answer.status() != UNAVAILABLE && answer.status() != TOO_MANY;
    }

    private interface Request {
        Http.Answer to(URI master) throws IOException;
    }

    /** The first answer that counts; if none does, what the last master said that answered. */
    private Http.Answer anyMaster(Predicate<Http.Answer> counts, Request request) {
        IOException last = null;
        Http.Answer later = null;
        for (var master : masters) {
            try {
                var answer = request.to(master);
                if (counts.test(answer)) {
                    return answer;
                }
                later = answer;
            } catch (IOException e) {
                last = e;
            }
        }
        if (later != null) {
            return later;
        }
        var names = masters.size() == 1 ? masters.get(0).toString() : "any of " + masters;
        throw CommandFailure.failed(
                "cannot reach a master at " + names + ": " + reason(last)
                        + ". Start one with: baton dev, or name another with --master URL",
                last);
    }

    static String reason(IOException failure) {
        if (failure instanceof UnknownHostException || failure.getCause() instanceof UnknownHostException) {
            return "unknown host";
        }
        var message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message.split("\n", 2)[0];
    }
}
