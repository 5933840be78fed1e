package io.baton.resourcemanager.role;

import io.baton.core.protocol.AllocatorProtocol;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.RoleProtocol;
import io.baton.core.protocol.RoleSettings;
import io.baton.resourcemanager.quota.QuotaRules;
import io.baton.resourcemanager.registry.Answer;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.Refused;
import io.baton.resourcemanager.registry.record.UpdateQuotas;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * A master's part in what operators set for roles: proposes it to the registry, and tells the allocator, wherever that
 * is, what the registry says. Quotas are judged by the allocator first, who alone knows what is consumed.
 */
public final class RolesActor extends AbstractBehavior<RoleProtocol> {
    /** How long the allocator may take to judge quotas. */
    static final Duration JUDGED_WITHIN = Duration.ofSeconds(5);

    /** How often the allocator is told again what is set: a message to it may be lost. */
    static final Duration REPEAT = Duration.ofSeconds(10);

    /** So often quotas are judged anew because others have changed some meanwhile. */
    static final int TRIES = 3;

    /** Most questions that wait for the registry to start; more are not answered. */
    static final int MAX_EARLY = 1000;

    private enum Tick implements RoleProtocol.Internal {
        CHANGED
    }

    /**
     * The registry has started.
     *
     * @param allocator wherever it is
     */
    public record Started(RoleRecords records, ActorRef<AllocatorProtocol> allocator)
            implements RoleProtocol.Internal {}

    private record Judged(RoleProtocol.UpdateQuota update, RoleSettings basis, int tries, CallAnswer verdict)
            implements RoleProtocol.Internal {}

    private record QuotasProposed(RoleProtocol.UpdateQuota update, int tries, Answer answer)
            implements RoleProtocol.Internal {}

    private record Proposed(ActorRef<CallAnswer> replyTo, Answer answer) implements RoleProtocol.Internal {}

    private final List<RoleProtocol> early = new ArrayList<>();
    private Optional<Started> registry = Optional.empty();

    private RolesActor(ActorContext<RoleProtocol> context) {
        super(context);
    }

    public static Behavior<RoleProtocol> create() {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(Tick.CHANGED, REPEAT);
            return new RolesActor(context);
        }));
    }

    @Override
    public Receive<RoleProtocol> createReceive() {
        return newReceiveBuilder()
                .onMessage(Started.class, this::started)
                .onMessage(RoleProtocol.GetSettings.class, this::get)
                .onMessage(RoleProtocol.Follow.class, this::follow)
                .onMessage(RoleProtocol.UpdateWeights.class, this::weigh)
                .onMessage(RoleProtocol.UpdateQuota.class, this::limit)
                .onMessage(Judged.class, this::judged)
                .onMessage(QuotasProposed.class, this::proposed)
                .onMessage(Proposed.class, this::proposed)
                .onMessageEquals(Tick.CHANGED, this::changed)
                .build();
    }

    private Behavior<RoleProtocol> started(Started m) {
        registry = Optional.of(m);
        m.records().follow(() -> getContext().getSelf().tell(Tick.CHANGED));
        early.forEach(getContext().getSelf()::tell);
        early.clear();
        return changed();
    }

    private Behavior<RoleProtocol> changed() {
        registry.ifPresent(r ->
                r.allocator().tell(new AllocatorProtocol.RolesSet(r.records().current())));
        return this;
    }

    private Behavior<RoleProtocol> get(RoleProtocol.GetSettings m) {
        registry.ifPresentOrElse(r -> m.replyTo().tell(r.records().current()), () -> keep(m));
        return this;
    }

    private Behavior<RoleProtocol> follow(RoleProtocol.Follow m) {
        registry.ifPresentOrElse(
                r -> m.allocator()
                        .tell(new AllocatorProtocol.RolesSet(r.records().current())),
                () -> keep(m));
        return this;
    }

    private void keep(RoleProtocol question) {
        if (early.size() < MAX_EARLY) {
            early.add(question);
        }
    }

    private Behavior<RoleProtocol> weigh(RoleProtocol.UpdateWeights m) {
        var weights = WeightRules.stripped(m.weights());
        var problem = WeightRules.problemOf(weights);
        if (problem.isPresent()) {
            m.replyTo().tell(CallAnswer.badRequest(problem.get()));
        } else if (registry.isEmpty()) {
            m.replyTo().tell(starting());
        } else {
            var update = io.baton.resourcemanager.registry.record.UpdateWeights.newBuilder()
                    .addAllWeights(weights);
            getContext()
                    .pipeToSelf(
                            registry.get()
                                    .records()
                                    .propose(Command.newBuilder().setUpdateWeights(update)),
                            (answer, failure) -> new Proposed(m.replyTo(), answered(answer, failure)));
        }
        return this;
    }

    private static CallAnswer starting() {
        return new CallAnswer(503, "The registry of this master is starting; please try again");
    }

    private static Answer answered(Answer answer, Throwable failure) {
        return failure == null ? answer : new Answer.Unknown(failure.toString());
    }

    private Behavior<RoleProtocol> limit(RoleProtocol.UpdateQuota m) {
        var problem = QuotaRules.problemOf(m.quotas());
        if (problem.isPresent()) {
            m.replyTo().tell(CallAnswer.badRequest(problem.get()));
        } else if (registry.isEmpty()) {
            m.replyTo().tell(starting());
        } else {
            judge(m, TRIES);
        }
        return this;
    }

    private void judge(RoleProtocol.UpdateQuota m, int tries) {
        var started = registry.orElseThrow();
        var basis = started.records().current();
        var all = basis.quotaOfRole();
        m.quotas().forEach(config -> all.put(config.getRole(), config));
        var problem = QuotaRules.problemOfAll(m.quotas(), all.values());
        if (problem.isPresent()) {
            m.replyTo().tell(CallAnswer.badRequest(problem.get()));
            return;
        }
        if (m.force()) {
            getContext().getSelf().tell(new Judged(m, basis, tries, CallAnswer.OK));
            return;
        }
        getContext()
                .ask(
                        CallAnswer.class,
                        started.allocator(),
                        JUDGED_WITHIN,
                        (ActorRef<CallAnswer> replyTo) ->
                                new AllocatorProtocol.JudgeQuotas(m.quotas(), List.copyOf(all.values()), replyTo),
                        (verdict, failure) -> new Judged(
                                m,
                                basis,
                                tries,
                                failure == null
                                        ? verdict
                                        : new CallAnswer(
                                                503, "The allocator did not answer in time; please try again")));
    }

    private Behavior<RoleProtocol> judged(Judged m) {
        if (m.verdict().status() != CallAnswer.OK.status()) {
            m.update().replyTo().tell(m.verdict());
            return this;
        }
        var update = UpdateQuotas.newBuilder()
                .addAllConfigs(m.update().quotas())
                .setIfVersion(m.basis().quotasVersion());
        getContext()
                .pipeToSelf(
                        registry.orElseThrow()
                                .records()
                                .propose(Command.newBuilder().setUpdateQuotas(update)),
                        (answer, failure) -> new QuotasProposed(m.update(), m.tries(), answered(answer, failure)));
        return this;
    }

    private Behavior<RoleProtocol> proposed(QuotasProposed m) {
        boolean conflict =
                m.answer() instanceof Answer.Committed c && c.result().hasConflict();
        if (conflict && m.tries() > 1) {
            judge(m.update(), m.tries() - 1);
            return this;
        }
        return proposed(new Proposed(m.update().replyTo(), m.answer()));
    }

    private Behavior<RoleProtocol> proposed(Proposed m) {
        var answer = callAnswer(m.answer());
        getContext().getLog().info("roles set status={} problem={}", answer.status(), answer.message());
        changed();
        m.replyTo().tell(answer);
        return this;
    }

    private static CallAnswer callAnswer(Answer answer) {
        if (answer instanceof Answer.Committed committed) {
            var result = committed.result();
            if (result.hasConflict()) {
                return new CallAnswer(409, "Others change quotas at the same time; please try again");
            }
            if (!result.hasRefused()) {
                return CallAnswer.OK;
            }
            var refused = result.getRefused();
            boolean wrong = refused.getCode() == Refused.Code.INVALID || refused.getCode() == Refused.Code.FULL;
            return new CallAnswer(wrong ? 400 : 503, refused.getMessage());
        }
        if (answer instanceof Answer.Unavailable unavailable) {
            return new CallAnswer(503, "Nothing was set: " + unavailable.why());
        }
        var unknown = (Answer.Unknown) answer;
        return new CallAnswer(503, "It may have been set, or be set later: " + unknown.why());
    }
}
