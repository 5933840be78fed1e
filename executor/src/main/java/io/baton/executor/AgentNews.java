package io.baton.executor;

import io.baton.executor.agent.AgentCommand;
import io.baton.executor.check.Outcome;
import io.baton.executor.check.TaskChecks;
import io.baton.executor.crash.CrashPoint;
import io.baton.executor.launch.Containment;
import io.baton.executor.launch.Launcher;
import io.baton.executor.probing.CommandProbes;
import io.baton.executor.process.ProcessIdentity;
import io.baton.executor.process.Supervision;
import io.baton.executor.process.Verdict;
import io.baton.v1.Resource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;

/** News of processes for the actor; what comes before there is one waits for it. */
final class AgentNews implements Supervision.Listener, Launcher.Listener {
    private final CompletableFuture<ActorRef<AgentCommand>> actor = new CompletableFuture<>();
    private volatile Optional<CommandProbes> commands = Optional.empty();
    private final Containment containment;

    AgentNews(Containment containment) {
        this.containment = containment;
    }

    /** Ends of these commands are not told to the actor. */
    void except(CommandProbes probes) {
        commands = Optional.of(probes);
    }

    void connect(ActorRef<AgentCommand> to) {
        actor.complete(to);
    }

    void tell(AgentCommand news) {
        actor.thenAccept(to -> to.tell(news));
    }

    @Override
    public void started(String container, Optional<ProcessIdentity> identity) {
        CrashPoint.reached("start heard");
        if (commands.filter(c -> c.started(container, identity)).isEmpty()) {
            tell(new AgentCommand.Started(container, identity));
        }
    }

    @Override
    public void ended(String container, Verdict verdict) {
        CrashPoint.reached("end heard");
        if (commands.filter(c -> c.ended(container, verdict)).isEmpty()) {
            containment.ended(container, verdict, (who, how) -> tell(new AgentCommand.Ended(who, how)));
        }
    }

    @Override
    public void prepared(String container) {
        tell(new AgentCommand.Prepared(container));
    }

    @Override
    public void lastWords(String container, Verdict verdict, String words) {
        tell(new AgentCommand.LastWords(container, verdict, words));
    }

    @Override
    public void probed(String container, TaskChecks.Effect.Probe probe, Outcome outcome) {
        tell(new AgentCommand.Probed(container, probe.kind(), probe.number(), outcome));
    }

    @Override
    public void diskUsed(String container, long megabytes) {
        containment.diskUsed(container, megabytes);
        tell(new AgentCommand.DiskUsed(container, megabytes));
    }

    @Override
    public void volumesLinked(String container, Optional<String> failure) {
        tell(new AgentCommand.VolumesLinked(container, failure));
    }

    @Override
    public void volumeExceeded(String container, long megabytes, Resource volume) {
        tell(new AgentCommand.VolumeExceeded(container, megabytes, volume));
    }
}
