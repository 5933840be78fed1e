package io.baton.cli.cluster;

import io.baton.cli.operation.Report;
import io.baton.cli.terminal.CommandFailure;
import io.baton.protocol.json.MesosJson;
import io.baton.protocol.json.MesosJsonException;
import io.baton.v1.operator.MasterStatus;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The masters of a cluster and their registry, as operators see them. */
public final class RegistryDesk {
    private static final String STATUS = "/api/v1/operator/status";
    private static final String SNAPSHOT = "/api/v1/operator/snapshot";
    private static final int UNAUTHORIZED = 401;
    private static final Pattern TEXT = Pattern.compile("\"(?:detail|done)\":\"((?:[^\"\\\\]|\\\\.)*)\"");

    private final Cluster cluster;

    /** Of this cluster. */
    public RegistryDesk(Cluster cluster) {
        this.cluster = cluster;
    }

    /**
     * Every master that the first one to answer knows of, and what each says of itself, by name.
     *
     * @throws CommandFailure if none answers
     */
    public List<Report> reports() {
        var urls = new LinkedHashMap<String, URI>();
        MasterStatus first = null;
        Report unnamed = null;
        for (var url : cluster.masters()) {
            var report = asked("", url);
            if (report.status().isPresent()) {
                first = report.status().get();
                break;
            }
            unnamed = report;
        }
        if (first == null) {
            throw CommandFailure.failed("no master answers at " + cluster.masters() + ": "
                    + (unnamed == null ? "" : unnamed.failure()) + ". Name others with --master URL,URL");
        }
        for (var master : first.getMastersList()) {
            urls.put(master.getName(), URI.create("http://" + master.getHttp()));
        }
        var reports = new ArrayList<Report>();
        for (Map.Entry<String, URI> entry : urls.entrySet()) {
            reports.add(asked(entry.getKey(), entry.getValue()));
        }
        return reports;
    }

    private Report asked(String name, URI url) {
        long begin = System.currentTimeMillis();
        try {
            var answer = Http.get(url.resolve(STATUS), cluster.login());
            long middle = (begin + System.currentTimeMillis()) / 2;
            if (!answer.ok()) {
                return new Report(url.toString(), name, Optional.empty(), said(answer, url), 0);
            }
            var status =
                    MesosJson.parse(answer.body(), MasterStatus.newBuilder()).build();
            return new Report(url.toString(), status.getName(), Optional.of(status), "", status.getTime() - middle);
        } catch (MesosJsonException e) {
            return new Report(url.toString(), name, Optional.empty(), "what answers is no master of Baton", 0);
        } catch (IOException e) {
            return new Report(url.toString(), name, Optional.empty(), Cluster.reason(e), 0);
        }
    }

    private String said(Http.Answer answer, URI url) {
        return answer.status() == UNAUTHORIZED ? cluster.login().hint(url) : said(answer);
    }

    /** What a master answered, as one line. */
    private static String said(Http.Answer answer) {
        var text = TEXT.matcher(answer.text());
        return text.find() ? text.group(1).replace("\\\"", "\"") : "status " + answer.status() + " " + answer.text();
    }

    /**
     * Hosts of agents that have lost their link a moment ago; later the masters' own status tells of them. Agents that
     * an operator has drained or deactivated are shown as inactive though nothing is wrong with them.
     */
    public List<String> inactiveAgents() {
        return cluster.agents().getAgentsList().stream()
                .filter(agent -> !agent.getActive() && !agent.getDeactivated())
                .map(agent -> agent.getAgentInfo().getHostname())
                .sorted()
                .toList();
    }

    /**
     * Has a master added or removed.
     *
     * @return what was done, and what is left to do
     * @throws CommandFailure if it was refused
     */
    public String change(String master, String verb) {
        return done(
                verb + " " + master,
                cluster.postOnce("/api/v1/operator/masters/" + Cluster.encoded(master) + "/" + verb, new byte[0]));
    }

    /** The registry as a file. */
    public byte[] save() {
        var answer = cluster.get(SNAPSHOT);
        if (!answer.ok()) {
            throw CommandFailure.failed("the registry was not saved: " + said(answer));
        }
        return answer.body();
    }

    /** Replaces the registry. */
    public String restore(byte[] file, boolean force) {
        return done("restore", cluster.postOnce(SNAPSHOT + (force ? "?force" : ""), file));
    }

    private static String done(String what, Http.Answer answer) {
        if (!answer.ok()) {
            throw CommandFailure.failed(what + ": " + said(answer));
        }
        return said(answer);
    }
}
