package io.baton.resourcemanager.query;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.TaskId;
import io.baton.core.protocol.ViewProtocol;
import io.baton.core.protocol.ViewProtocol.Facts;
import io.baton.core.protocol.ViewProtocol.Facts.Part;
import io.baton.core.protocol.ViewProtocol.Watched;
import io.baton.resourcemanager.metrics.MasterMetrics;
import io.baton.resourcemanager.registry.Registrar;
import io.baton.v1.Task;
import io.baton.v1.master.Response;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Shell of the {@link ClusterView}. What the entities in this process say it takes in and passes on to the read models
 * of the other masters, so that each of them shows everything. A master that is new is told everything the entities
 * here have said.
 */
public final class ViewActor extends AbstractBehavior<ViewProtocol> {
    /** These are the read models of the other masters now. */
    public record Others(List<ActorRef<ViewProtocol>> views) implements ViewProtocol.Internal {}

    /**
     * This master's registry has started: what it holds of agents that have not come back yet is shown.
     *
     * @param owners the epoch of an agent's newest owner by it; 0 if there is none
     */
    public record Recall(Registrar registrar, ToLongFunction<AgentId> owners) implements ViewProtocol.Internal {}

    private record SourceGone(ActorRef<ViewProtocol> source) implements ViewProtocol.Internal {}

    private enum Self implements ViewProtocol.Internal {
        GATHERED,
        COUNT
    }

    /** How often the other masters are told what is counted here. */
    static final Duration COUNTING = Duration.ofSeconds(1);

    /**
     * For so long what is said after a batch is gathered for the next one. A task that starts and ends would else make a
     * dozen messages between three masters, and a read model that is this much behind is of use all the same.
     */
    static final Duration GATHERING = Duration.ofMillis(50);

    private final ViewNews news = new ViewNews();
    private final ClusterView view;
    private final Set<ActorRef<Watched>> watchers = new LinkedHashSet<>();
    private final ViewFeed feed = new ViewFeed();
    private final ViewSources<ActorRef<ViewProtocol>> sources = new ViewSources<>();
    private final TreeSet<AgentId> agentsHere = new TreeSet<>();
    private final SessionsHere sessions = new SessionsHere();
    private final Map<ActorRef<ViewProtocol>, Long> sent = new LinkedHashMap<>();
    private final ClusterNumbers numbers = new ClusterNumbers();
    private final Consumer<Boolean> complete;
    private final Clock clock;
    private final MasterMetrics metrics;
    private final TimerScheduler<ViewProtocol> timers;
    private boolean gathering;
    private Registrar registrar;
    private ToLongFunction<AgentId> owners = agent -> 0;

    private ViewActor(
            ActorContext<ViewProtocol> context,
            TimerScheduler<ViewProtocol> timers,
            Clock clock,
            Consumer<Boolean> complete,
            MasterMetrics metrics) {
        super(context);
        this.timers = timers;
        this.metrics = metrics;
        this.view = new ClusterView(UUID.randomUUID().toString(), news);
        this.clock = clock;
        this.complete = complete;
    }

    /**
     * The read model of this process.
     *
     * @param complete told whether each other master has told everything it knows
     * @param metrics what this process counts; the read model counts in them which tasks end
     */
    public static Behavior<ViewProtocol> create(Clock clock, Consumer<Boolean> complete, MasterMetrics metrics) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(Self.COUNT, COUNTING);
            return new ViewActor(context, timers, clock, complete, metrics);
        }));
    }

    @Override
    public Receive<ViewProtocol> createReceive() {
        return newReceiveBuilder()
                .onMessage(ViewProtocol.TaskSeen.class, this::taskSeen)
                .onMessage(ViewProtocol.TasksSeen.class, this::tasksSeen)
                .onMessage(ViewProtocol.ExecutorsSeen.class, this::executorsSeen)
                .onMessage(ViewProtocol.OfferSeen.class, this::offerSeen)
                .onMessage(ViewProtocol.OffersGone.class, this::offersGone)
                .onMessage(ViewProtocol.AgentSeen.class, this::agentSeen)
                .onMessage(ViewProtocol.AgentDetails.class, this::agentDetails)
                .onMessage(ViewProtocol.AgentForgotten.class, this::agentForgotten)
                .onMessage(ViewProtocol.FrameworkSeen.class, this::frameworkSeen)
                .onMessage(ViewProtocol.AgentMoved.class, m -> then(() -> agentsHere.remove(m.agent())))
                .onMessage(ViewProtocol.FrameworkMoved.class, m -> then(() -> sessions.moved(m.framework())))
                .onMessage(
                        ViewProtocol.GetState.class, m -> then(() -> m.replyTo().tell(view.state())))
                .onMessage(
                        ViewProtocol.GetConnectedAgents.class,
                        m -> then(() -> m.replyTo().tell(new ViewProtocol.ConnectedAgents(view.connectedAgents()))))
                .onMessage(
                        ViewProtocol.GetNumbers.class,
                        m -> then(() -> m.replyTo().tell(numbers.sum(metrics.counts(), metrics.gauges()))))
                .onMessage(ViewProtocol.Watch.class, this::watch)
                .onMessage(ViewProtocol.Unwatch.class, this::unwatch)
                .onMessage(Facts.class, this::facts)
                .onMessage(ViewProtocol.Repeat.class, m -> then(() -> tellEverything(m.to())))
                .onMessage(Others.class, this::others)
                .onMessage(Recall.class, this::recall)
                .onMessage(SourceGone.class, m -> then(() -> sources.gone(m.source())))
                .onMessageEquals(Self.GATHERED, this::gathered)
                .onMessageEquals(Self.COUNT, this::count)
                .build();
    }

    private Behavior<ViewProtocol> then(Runnable change) {
        change.run();
        return this;
    }

    private Behavior<ViewProtocol> watch(ViewProtocol.Watch m) {
        if (watchers.add(m.watcher())) {
            getContext().watchWith(m.watcher(), new ViewProtocol.Unwatch(m.watcher()));
        }
        news.wanted(true);
        m.watcher().tell(new Watched.Picture(view.state()));
        return this;
    }

    private Behavior<ViewProtocol> unwatch(ViewProtocol.Unwatch m) {
        if (watchers.remove(m.watcher())) {
            getContext().unwatch(m.watcher());
        }
        news.wanted(!watchers.isEmpty());
        return this;
    }

    private void tellWatchers() {
        var events = news.take();
        if (!events.isEmpty()) {
            var changes = new Watched.Changes(events);
            watchers.forEach(watcher -> watcher.tell(changes));
        }
    }

    private Behavior<ViewProtocol> recall(Recall m) {
        registrar = m.registrar();
        owners = m.owners();
        view.recalled(registrar.read(AwaitedAgents::of));
        return this;
    }

    private Behavior<ViewProtocol> count() {
        sources.late(clock.instant()).forEach(this::ask);
        view.owned(owners);
        if (view.awaits()) {
            view.stillAwaited(registrar.read(AwaitedAgents::of).keySet());
        }
        makeGood(clock.instant());
        if (!sent.isEmpty()) {
            var news = numbers.news(metrics.counts());
            if (!news.isEmpty()) {
                feed.counted(counted(news));
                flush();
            }
        }
        return this;
    }

    /** What a session said last is lost with its master: that a task is over, or that its framework was removed. */
    private void makeGood(Instant now) {
        sessions.takeDue(now).forEach((framework, known) -> view.withoutOthers(framework, known)
                .forEach(this::tasksSeen));
        if (registrar != null) {
            var before = now.minus(SessionsHere.LEARNING);
            registrar
                    .read(state -> RemovedFrameworks.before(before, view.runningFrameworks(), state))
                    .forEach((framework, at) -> {
                        view.frameworkRemoved(framework, at);
                        forgetNumbers(framework.value());
                    });
            tellWatchers();
        }
    }

    private void speaks(FrameworkId framework, List<Task> of) {
        var tasks = of.stream().map(task -> TaskId.fromProto(task.getTaskId())).toList();
        sessions.speaks(framework, tasks, clock.instant());
    }

    private ViewProtocol.Counted counted(SortedMap<String, Long> counts) {
        return new ViewProtocol.Counted(metrics.numbers().master(), counts, metrics.gauges());
    }

    /** Where its entity is a task's end is counted, so that it is counted once in the cluster. */
    private Behavior<ViewProtocol> taskSeen(ViewProtocol.TaskSeen m) {
        if (view.taskSeen(m.task(), m.completed())) {
            metrics.ended(m.task().getFrameworkId().getValue(), m.task().getState());
        }
        speaks(FrameworkId.fromProto(m.task().getFrameworkId()), List.of(m.task()));
        return passOn(() -> feed.taskSeen(m));
    }

    private Behavior<ViewProtocol> tasksSeen(ViewProtocol.TasksSeen m) {
        view.tasksSeen(m);
        speaks(m.framework(), m.tasks());
        return passOn(() -> feed.tasksSeen(m).forEach(this::send));
    }

    private Behavior<ViewProtocol> executorsSeen(ViewProtocol.ExecutorsSeen m) {
        view.executorsSeen(m.agent(), m.executors());
        return passOn(() -> feed.executorsSeen(m));
    }

    private Behavior<ViewProtocol> offerSeen(ViewProtocol.OfferSeen m) {
        view.offerSeen(m.offer());
        return passOn(() -> feed.offerSeen(m.offer()));
    }

    private Behavior<ViewProtocol> offersGone(ViewProtocol.OffersGone m) {
        view.offersGone(m.offers());
        return passOn(() -> feed.offersGone(m.offers()));
    }

    private Behavior<ViewProtocol> agentSeen(ViewProtocol.AgentSeen m) {
        view.agentSeen(m.agent(), m.connected());
        agentsHere.add(AgentId.fromProto(m.agent().getAgentInfo().getId()));
        return passOn(() -> feed.agentSeen(m.agent(), m.connected()));
    }

    private Behavior<ViewProtocol> agentDetails(ViewProtocol.AgentDetails m) {
        view.agentDetails(m);
        return passOn(() -> feed.agentDetails(m));
    }

    private Behavior<ViewProtocol> agentForgotten(ViewProtocol.AgentForgotten m) {
        view.agentForgotten(m.agent());
        agentsHere.remove(m.agent());
        return passOn(() -> feed.agentForgotten(m.agent()));
    }

    private Behavior<ViewProtocol> frameworkSeen(ViewProtocol.FrameworkSeen m) {
        frameworkSeen(m.framework());
        speaks(FrameworkId.fromProto(m.framework().getFrameworkInfo().getId()), List.of());
        return passOn(() -> feed.frameworkSeen(m.framework()));
    }

    private void frameworkSeen(Response.GetFrameworks.Framework framework) {
        view.frameworkSeen(framework);
        if (framework.hasUnregisteredTime()) {
            forgetNumbers(framework.getFrameworkInfo().getId().getValue());
        }
    }

    private void forgetNumbers(String framework) {
        metrics.numbers().forget(framework);
        numbers.forget(framework);
    }

    /** After a while in which nothing was said a batch goes out as soon as the messages now queued have been read. */
    private Behavior<ViewProtocol> passOn(Runnable add) {
        tellWatchers();
        if (sent.isEmpty()) {
            return this;
        }
        add.run();
        if (feed.isFull()) {
            flush();
        } else if (!gathering) {
            gathering = true;
            getContext().getSelf().tell(Self.GATHERED);
        }
        return this;
    }

    private Behavior<ViewProtocol> gathered() {
        gathering = !feed.isEmpty();
        if (gathering) {
            timers.startSingleTimer(Self.GATHERED, GATHERING);
            flush();
        }
        return this;
    }

    private void flush() {
        if (!feed.isEmpty()) {
            feed.take().forEach(this::send);
        }
    }

    private void send(ViewFeed.Batch batch) {
        sent.keySet().forEach(to -> send(to, batch, Part.NEWS));
    }

    private void send(ActorRef<ViewProtocol> to, ViewFeed.Batch batch, Part part) {
        long number = sent.merge(to, 1L, Long::sum);
        to.tell(new Facts(
                getContext().getSelf(),
                number,
                part,
                batch.agents(),
                batch.details(),
                batch.frameworks(),
                batch.adopted(),
                batch.tasks(),
                batch.offers(),
                batch.offersGone(),
                batch.forgotten(),
                batch.executors(),
                batch.counted(),
                batch.linked()));
    }

    private Behavior<ViewProtocol> others(Others m) {
        flush();
        sent.keySet().retainAll(m.views());
        sources.are(m.views());
        numbers.masters(m.views().size());
        m.views().forEach(v -> getContext().watchWith(v, new SourceGone(v)));
        m.views().stream().filter(v -> !sent.containsKey(v)).toList().forEach(this::tellEverything);
        complete.accept(sources.areComplete());
        return this;
    }

    private void tellEverything(ActorRef<ViewProtocol> to) {
        flush();
        sent.putIfAbsent(to, 0L);
        var everything = new ViewFeed();
        agentsHere.forEach(id -> view.describe(id, everything));
        sessions.all().forEach(id -> view.describe(id, everything));
        everything.counted(counted(metrics.counts()));
        send(to, new ViewFeed().take().get(0), Part.FIRST);
        everything.take().forEach(batch -> send(to, batch, Part.MIDDLE));
        send(to, new ViewFeed().take().get(0), Part.LAST);
    }

    private void ask(ActorRef<ViewProtocol> source) {
        getContext().getLog().debug("facts are missing source={}", source);
        source.tell(new ViewProtocol.Repeat(getContext().getSelf()));
    }

    private Behavior<ViewProtocol> facts(Facts m) {
        switch (sources.judge(m.source(), m.number(), m.part(), clock.instant())) {
            case TAKE -> take(m);
            case ASK -> ask(m.source());
            case WAIT -> getContext().getLog().debug("facts left out number={}", m.number());
        }
        if (m.part() == Part.LAST) {
            complete.accept(sources.areComplete());
        }
        return this;
    }

    /** A framework is there before its tasks, and ends after them. */
    private void take(Facts m) {
        m.forgotten().forEach(view::agentForgotten);
        m.agents().forEach(agent -> view.agentSeen(agent, m.isLinked(agent)));
        m.details().forEach(view::agentDetails);
        m.executors().forEach(seen -> view.executorsSeen(seen.agent(), seen.executors()));
        m.counted().forEach(numbers::take);
        m.frameworks().stream().filter(f -> !f.hasUnregisteredTime()).forEach(this::frameworkSeen);
        m.adopted().forEach(view::tasksSeen);
        m.tasks().forEach(t -> view.taskSeen(t.task(), t.completed()));
        m.frameworks().stream().filter(f -> f.hasUnregisteredTime()).forEach(this::frameworkSeen);
        m.offers().forEach(view::offerSeen);
        view.offersGone(m.offersGone());
        tellWatchers();
    }
}
