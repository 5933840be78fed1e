package io.baton.cli.run;

import io.baton.cli.cluster.AgentFiles;
import io.baton.cli.cluster.AgentUrl;
import io.baton.cli.cluster.Login;
import io.baton.cli.terminal.Shown;
import io.baton.cli.terminal.Terminal;
import io.baton.sdk.Framework;
import io.baton.sdk.Scheduler;
import io.baton.sdk.error.FrameworkException;
import io.baton.sdk.offer.OfferPool;
import io.baton.v1.MasterInfo;
import io.baton.v1.Offer;
import io.baton.v1.TaskID;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** The scheduler of one {@code baton run}: launches its tasks, shows their output, and ends with their status. */
public final class RunJob implements Scheduler {
    /** How often a task that was dropped before it ran is tried again. */
    private static final int ATTEMPTS = 5;

    private static final int BROKEN = 1;
    private static final Duration LATER = Duration.ofSeconds(1);

    private final JobSpec spec;
    private final String runId;
    private final Terminal terminal;
    private final OutputFollower output;
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();

    private final TreeSet<Integer> waiting = new TreeSet<>();
    private final Map<String, Instance> live = new LinkedHashMap<>();
    private final Map<Integer, Integer> attempts = new HashMap<>();
    private int open;
    private int status;
    private boolean stopping;

    private static final class Instance {
        final int number;
        final Offer offer;
        boolean ran;

        Instance(int number, Offer offer) {
            this.number = number;
            this.offer = offer;
        }
    }

    /**
     * A job that has not begun.
     *
     * @param runId makes the ids of its tasks unlike those of other runs
     * @param user who reads their output
     */
    public RunJob(JobSpec spec, String runId, Terminal terminal, Login user) {
        this.spec = spec;
        this.runId = runId;
        this.terminal = terminal;
        this.output = new OutputFollower(terminal, user);
        this.open = spec.instances();
        for (var i = 0; i < spec.instances(); i++) {
            waiting.add(i);
        }
    }

    /** Completes with the exit status when the last task has ended and its output is shown. */
    public CompletableFuture<Integer> ended() {
        return ended;
    }

    /** Whether some task has not been launched yet. */
    public synchronized boolean isWaiting() {
        return !waiting.isEmpty() && !stopping;
    }

    /** What one task needs. */
    public JobSpec spec() {
        return spec;
    }

    @Override
    public void subscribed(Framework framework, MasterInfo master) {
        framework.demand(isWaiting());
    }

    @Override
    public synchronized void resourceOffers(Framework framework, List<Offer> offers) {
        var pool = OfferPool.of(offers);
        while (!stopping && !waiting.isEmpty()) {
            var place = pool.place(spec.shape());
            if (place.isEmpty()) {
                break;
            }
            var number = waiting.pollFirst();
            var id = id(number);
            place.get().launch(spec.task(id, number));
            live.put(id, new Instance(number, place.get().offer()));
        }
        pool.answer(framework, LATER);
        framework.demand(!stopping && !waiting.isEmpty());
    }

    private String id(int number) {
        var attempt = attempts.getOrDefault(number, 0);
        return spec.name() + "-" + runId + (spec.instances() == 1 ? "" : "-" + number)
                + (attempt == 0 ? "" : "." + attempt);
    }

    private static String url(Offer offer) {
        var address = offer.getUrl().getAddress();
        var host = address.getIp().isEmpty() ? offer.getHostname() : address.getIp();
        var scheme =
                offer.getUrl().getScheme().isEmpty() ? "http" : offer.getUrl().getScheme();
        return AgentUrl.of(scheme, host, address.getPort());
    }

    @Override
    public synchronized void update(Framework framework, TaskStatus update) {
        var id = update.getTaskId().getValue();
        var instance = live.get(id);
        if (instance == null) {
            return;
        }
        switch (update.getState()) {
            case TASK_STAGING, TASK_STARTING, TASK_KILLING, TASK_UNKNOWN -> {}
            case TASK_RUNNING -> {
                instance.ran = true;
                follow(framework, id, instance);
            }
            case TASK_UNREACHABLE ->
                terminal.say("the agent of " + id + " cannot be reached; waiting for it to come back");
            case TASK_DROPPED, TASK_LOST -> lost(framework, id, instance, update);
            default -> finished(framework, id, instance, update);
        }
    }

    private void follow(Framework framework, String id, Instance instance) {
        var agentId = instance.offer.getAgentId().getValue();
        var frameworkId = framework.id();
        output.follow(
                url(instance.offer), id, file -> AgentFiles.path(agentId, frameworkId, id, file), prefix(instance));
    }

    private String prefix(Instance instance) {
        return spec.instances() == 1 ? "" : spec.name() + "-" + instance.number;
    }

    private void lost(Framework framework, String id, Instance instance, TaskStatus update) {
        var attempt = attempts.merge(instance.number, 1, Integer::sum);
        if (instance.ran || stopping || attempt >= ATTEMPTS) {
            finished(framework, id, instance, update);
            return;
        }
        live.remove(id);
        waiting.add(instance.number);
        framework.demand(true);
    }

    private void finished(Framework framework, String id, Instance instance, TaskStatus update) {
        live.remove(id);
        var code = ExitStatus.of(update);
        if (code != 0 && status == 0) {
            status = code;
        }
        if (!instance.ran) {
            follow(framework, id, instance);
        }
        var told = !stopping && update.getState() != TaskState.TASK_FINISHED;
        output.finish(id, () -> {
            if (told) {
                terminal.out().flush();
                terminal.say(id + " " + update.getState().name().substring("TASK_".length())
                        + (update.getMessage().isEmpty() ? "" : ": " + Shown.text(update.getMessage())));
            }
            closed();
        });
    }

    private synchronized void closed() {
        if (--open == 0) {
            output.close();
            ended.complete(status);
        }
    }

    @Override
    public void error(Framework framework, FrameworkException reason) {
        terminal.say(Shown.text(String.valueOf(reason.getMessage())));
        ended.complete(BROKEN);
    }

    /** Ends all tasks; {@link #ended} completes when they have. */
    public synchronized void stop(Framework framework) {
        if (stopping) {
            return;
        }
        stopping = true;
        open -= waiting.size();
        waiting.clear();
        live.keySet()
                .forEach(id -> framework.kill(TaskID.newBuilder().setValue(id).build()));
        if (open == 0) {
            output.close();
            ended.complete(status);
        }
    }
}
