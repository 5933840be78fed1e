package io.baton.executor.agent;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.executor.link.MasterLink;
import io.baton.executor.task.ExecutorKey;
import io.baton.executor.task.TaskKey;
import io.baton.executor.task.TaskOptions;
import io.baton.link.Registered;
import io.baton.link.ToAgent;
import io.baton.v1.DrainConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes what a master says to the agent: each frame is one call on the books or on the registration. */
final class MasterOrders {
    private static final Logger LOG = LoggerFactory.getLogger(AgentActor.class);

    private final AgentParts parts;
    private final TaskBooks books;
    private final Registration registration;
    private final Consumer<List<Registration.Effect>> obey;
    private final Consumer<List<Effect>> take;

    private Registration.Adoption told;

    /**
     * @param obey performs what the registration answers
     * @param take performs what the books answer
     */
    MasterOrders(AgentParts parts, Consumer<List<Registration.Effect>> obey, Consumer<List<Effect>> take) {
        this.parts = parts;
        this.books = parts.books();
        this.registration = parts.registration();
        this.obey = obey;
        this.take = take;
    }

    /** What a link tells the agent's actor. */
    static MasterLink.Listener listener(int which, ActorRef<AgentCommand> actor) {
        return new MasterLink.Listener() {
            @Override
            public void up() {
                actor.tell(new AgentCommand.LinkUp(which));
            }

            @Override
            public void lost(String why) {
                actor.tell(new AgentCommand.LinkLost(which, why));
            }

            @Override
            public CompletionStage<Done> frames(List<ToAgent> frames) {
                var heard = new CompletableFuture<Done>();
                actor.tell(new AgentCommand.Frames(which, frames, heard));
                return heard;
            }
        };
    }

    private Instant now() {
        return parts.clock().instant();
    }

    /** Does what a frame of this link says. */
    void follow(int which, ToAgent frame) {
        switch (frame.getMessageCase()) {
            case REGISTERED -> registered(which, frame.getRegistered());
            case REFUSED -> {
                var refused = frame.getRefused();
                LOG.warn("refused by the master: {}", refused.getReason());
                if (refused.getGone()) {
                    take.accept(books.killAll(Optional.of(Duration.ZERO), now()));
                    obey.accept(registration.gone(which, refused.getReason(), now()));
                } else {
                    obey.accept(registration.refused(which, refused.getReason(), refused.getPermanent(), now()));
                }
            }
            case RUN -> launch(which, frame, frame.getRun().getEpoch(), LaunchOrder.of(frame.getRun()));
            case RUN_GROUP -> launch(which, frame, frame.getRunGroup().getEpoch(), LaunchOrder.of(frame.getRunGroup()));
            case SHUTDOWN_EXECUTOR, EXECUTOR_MESSAGE -> ofExecutor(which, frame);
            case KILL -> {
                var kill = frame.getKill();
                var key = TaskKey.of(kill.getFrameworkId(), kill.getTaskId());
                var grace = TaskOptions.graceOf(kill.getKillPolicy());
                ifObeyed(
                        which,
                        kill.getEpoch(),
                        () -> kill.hasPreempted()
                                ? books.preempt(key, grace, kill.getPreempted(), now())
                                : books.kill(key, grace, now()));
            }
            case ACKNOWLEDGE -> {
                var acknowledge = frame.getAcknowledge();
                var key = TaskKey.of(acknowledge.getFrameworkId(), acknowledge.getTaskId());
                ifObeyed(which, acknowledge.getEpoch(), () -> books.acknowledge(key, acknowledge.getUuid(), now()));
            }
            case OPERATE, ACKNOWLEDGE_OPERATION -> ofHost(which, frame);
            case DRAIN -> {
                var drain = frame.getDrain();
                drain(which, drain.getEpoch(), drain.hasConfig(), drain.getConfig(), false);
            }
            case REMOVE_FRAMEWORK -> {
                var removed = frame.getRemoveFramework();
                ifObeyed(
                        which,
                        removed.getEpoch(),
                        () -> books.removeFramework(FrameworkId.fromProto(removed.getFrameworkId()), now()));
            }
            case TELL_TASKS -> {
                var tell = frame.getTellTasks();
                ifObeyed(which, tell.getEpoch(), () -> books.tellTasks(FrameworkId.fromProto(tell.getFrameworkId())));
            }
            case MASTERS -> obey.accept(registration.masters(frame.getMasters().getLinksList(), AgentActor.luck()));
            case REGISTER_AGAIN -> obey.accept(registration.registerAgain(which, now()));
            case HEARTBEAT -> {
                // That it was heard is all there is to it.
            }
            case MESSAGE_NOT_SET -> LOG.warn("ignored a frame of a kind that is not known here");
        }
    }

    private void registered(int which, Registered registered) {
        var id = AgentId.fromProto(registered.getAgentId());
        var adoption =
                new Registration.Adoption(id, registered.getEpoch(), registered.getClusterId(), registered.getNumber());
        // Asking again is normal, and so are many answers.
        if (told == null || !told.agent().equals(id) || told.epoch() != registered.getEpoch()) {
            told = adoption;
            LOG.info("registered as {} with epoch {}", id, registered.getEpoch());
        }
        obey.accept(registration.registered(which, adoption, now(), AgentActor.luck()));
        drain(which, registered.getEpoch(), registered.hasDrain(), registered.getDrain(), true);
    }

    private void ofHost(int which, ToAgent frame) {
        if (frame.hasOperate()) {
            var operate = frame.getOperate();
            ifObeyed(which, operate.getEpoch(), () -> {
                room(parts.host().bytesOf(operate));
                return parts.host().operate(operate, now());
            });
        } else {
            var acknowledge = frame.getAcknowledgeOperation();
            ifObeyed(which, acknowledge.getEpoch(), () -> parts.host().acknowledge(acknowledge.getKey()));
        }
    }

    private void ofExecutor(int which, ToAgent frame) {
        if (frame.hasShutdownExecutor()) {
            var shutdown = frame.getShutdownExecutor();
            var key = ExecutorKey.of(shutdown.getFrameworkId(), shutdown.getExecutorId());
            ifObeyed(which, shutdown.getEpoch(), () -> books.shutdown(key, now()));
        } else {
            var said = frame.getExecutorMessage();
            var key = ExecutorKey.of(said.getFrameworkId(), said.getExecutorId());
            ifObeyed(
                    which,
                    said.getEpoch(),
                    () -> effects(out -> books.executors().saidToExecutor(key, said.getData(), out)));
        }
    }

    private void drain(int which, long epoch, boolean wanted, DrainConfig config, boolean again) {
        var drain = wanted ? Optional.of(config) : Optional.<DrainConfig>empty();
        ifObeyed(which, epoch, () -> books.drain(drain, again, now()));
    }

    private void launch(int which, ToAgent frame, long epoch, LaunchOrder order) {
        ifObeyed(which, epoch, () -> books.run(order, room(frame.getSerializedSize()), now()));
    }

    /** Sees and says whether the disk has room for so much more than how tasks end. */
    boolean room(long bytes) {
        parts.journal().running(books.state().tasks().size());
        boolean room = parts.journal().hasRoom(bytes);
        books.room(room);
        parts.host().room(room);
        return room;
    }

    private static List<Effect> effects(Consumer<List<Effect>> step) {
        var out = new ArrayList<Effect>();
        step.accept(out);
        return out;
    }

    private void ifObeyed(int which, long epoch, Supplier<List<Effect>> command) {
        var judgement = registration.judge(which, epoch);
        obey.accept(judgement.first());
        if (judgement.obey()) {
            take.accept(command.get());
        }
    }
}
