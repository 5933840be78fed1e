package io.baton.benchmarks.failover;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Faults on one site under load, one after the other, and how long offers stayed out. */
public final class Trials implements AutoCloseable {
    /** Of each agent. */
    public static final int AGENT_CPU_MILLIS = 4_000;

    private static final int FRAMEWORKS = 2;
    private static final int VALUE_BYTES = 200_000;
    private static final long QUIET_MILLIS = 3_000;
    private static final long END_MILLIS = 10_000;
    private static final long LOOK_MILLIS = 20;
    private static final int RUNNING_AT_KILL = 3;
    private static final String SUBSCRIBE =
            "{\"type\":\"SUBSCRIBE\",\"subscribe\":{\"framework_info\":{\"user\":\"root\",\"name\":\"one more\"}}}";
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration KILL_AGAIN = Duration.ofSeconds(5);

    private final Site site;
    private final int masters;
    private final int agents;
    private final Path written;
    private final History history = new History();
    private final List<Load> loads = new ArrayList<>();
    private final Writes writes;
    private final Gaps gaps;
    private final Aftermath aftermath;
    private final double perSecond;
    private int linesBefore;
    private int launchedBefore;

    private Trials(Site site, int masters, int agents, double perSecond, Path written) throws IOException {
        this.site = site;
        this.masters = masters;
        this.agents = agents;
        this.perSecond = perSecond;
        this.written = written;
        this.writes = new Writes(site.urls());
        this.gaps = new Gaps(site, history, writes);
        this.aftermath = new Aftermath(site);
        aftermath.remember();
    }

    /**
     * Starts masters, agents and two frameworks.
     *
     * @param perSecond launches of both together
     * @param network whether each process gets a host of its own, which can be cut off
     */
    public static Trials start(int masters, int agents, double perSecond, boolean network)
            throws IOException, InterruptedException {
        return start(Launcher.here(), masters, agents, perSecond, network);
    }

    /** As the other, with servers of the version whose {@code baton} script this is. */
    public static Trials start(Path launcher, int masters, int agents, double perSecond, boolean network)
            throws IOException, InterruptedException {
        var site = Site.start(
                launcher, masters, agents, "cpus:" + AGENT_CPU_MILLIS / 1000 + ";mem:4096;disk:4096", network);
        var written = Files.createFile(site.directory().resolve("written"));
        var trials = new Trials(site, masters, agents, perSecond, written);
        try {
            int large = agents * (AGENT_CPU_MILLIS / Load.LARGE_CPU_MILLIS) / FRAMEWORKS;
            for (int i = 0; i < FRAMEWORKS; i++) {
                var urls = new ArrayList<>(site.urls());
                Collections.rotate(urls, i);
                trials.loads.add(Load.start(urls, "load" + i, perSecond / FRAMEWORKS, large, written, trials.history));
            }
            Site.pause(QUIET_MILLIS);
            return trials;
        } catch (RuntimeException | InterruptedException e) {
            trials.close();
            throw e;
        }
    }

    /** Lets the load go on for a while: masters that have just started run slowly, and others do not. */
    public void settle(Duration time) throws InterruptedException {
        Site.pause(time.toMillis());
    }

    private double gap(Gaps.Act act) throws IOException, InterruptedException {
        return gaps.around(act);
    }

    /** {@code kill -9}; afterwards it is started again. */
    public double killMaster(int i) throws IOException, InterruptedException {
        double gap = gap(() -> site.killMaster(i));
        site.startMaster(i);
        site.awaitReady();
        Site.pause(QUIET_MILLIS);
        return gap;
    }

    /** {@code kill -9} of the master that leads the registry; afterwards it is started again. */
    public double killLeader() throws IOException, InterruptedException {
        return killMaster(leader());
    }

    /** {@code kill -9} of a master that does not lead the registry; afterwards it is started again. */
    public double killFollower() throws IOException, InterruptedException {
        return killMaster((leader() + 1) % masters);
    }

    /**
     * What came of a master that stood still.
     *
     * @param gapSeconds how long offers stayed out at most
     * @param endSeconds after it woke up it ended, since others had taken its place; -1 if it did not within ten seconds
     */
    public record Frozen(double gapSeconds, double endSeconds) {}

    /** {@code kill -STOP} of a master, and {@code kill -CONT} after a while: an old owner wakes up. */
    public Frozen freezeMaster(int i, Duration time) throws IOException, InterruptedException {
        var end = new double[] {-1};
        double gap = gap(() -> {
            site.freezeMaster(i);
            Site.pause(time.toMillis());
            long awake = System.nanoTime();
            site.thawMaster(i);
            while (site.isAlive(i) && System.nanoTime() - awake < TimeUnit.MILLISECONDS.toNanos(END_MILLIS)) {
                Site.pause(LOOK_MILLIS);
            }
            end[0] = site.isAlive(i) ? -1 : (System.nanoTime() - awake) / 1e9;
        });
        site.awaitReady();
        Site.pause(QUIET_MILLIS);
        return new Frozen(gap, end[0]);
    }

    /** Faults of the cables between masters; only if each process has a host of its own. */
    public Cables cables() {
        return new Cables(site, masters, gaps);
    }

    /** A framework fails over so often, from master to master, and its old schedulers go on calling. */
    public Takeovers.Outcome takeOver(int times) throws IOException, InterruptedException {
        return Takeovers.run(site.urls(), times);
    }

    /**
     * {@code kill -9} of all masters but one, and the start of another one after a while, then of the others.
     *
     * @return seconds from the start of that one until offers flow
     */
    public double loseMajority(int left, Duration time) throws IOException, InterruptedException {
        for (int i = 0; i < masters; i++) {
            if (i != left) {
                site.killMaster(i);
            }
        }
        // It ends, is started again, and says that it looks for a majority.
        site.await("the last master says why it serves nobody", () -> refuses(left));
        Site.pause(time.toMillis());
        site.await("the last master still says so", () -> refuses(left));
        double seconds = startOne((left + 1) % masters);
        for (int i = 0; i < masters; i++) {
            if (i != left && i != (left + 1) % masters) {
                site.startMaster(i);
            }
        }
        site.awaitReady();
        Site.pause(QUIET_MILLIS);
        return seconds;
    }

    private boolean refuses(int master) {
        return site.post(master, "/api/v1/scheduler", SUBSCRIBE) == 503;
    }

    private double startOne(int master) throws IOException, InterruptedException {
        long start = System.nanoTime();
        site.startMaster(master);
        site.await("offers flow again", () -> history.offeredSince(start));
        return (System.nanoTime() - start) / 1e9;
    }

    /**
     * {@code kill -9} of all masters at once; one stays away while the others are started, as if its host were lost.
     *
     * @return seconds from the start of the last of the others until offers flow
     */
    public double startWithout(int lost) throws IOException, InterruptedException {
        for (int i = 0; i < masters; i++) {
            site.killMaster(i);
        }
        for (int i = 0; i < masters; i++) {
            if (i != lost && i != (lost + 1) % masters) {
                site.startMaster(i);
            }
        }
        double seconds = startOne((lost + 1) % masters);
        site.startMaster(lost);
        site.awaitReady();
        Site.pause(QUIET_MILLIS);
        return seconds;
    }

    /**
     * Fills a master's disk up; when it has ended for that, there is room again, and it is started.
     *
     * @return what it said
     */
    public String fillDisk(int i) throws IOException, InterruptedException {
        site.fillDisk(i, true);
        var said = site.awaitEndOfMaster(i, () -> change(i));
        site.fillDisk(i, false);
        return comesBack(said);
    }

    /** Has all syncs of a master's disk fail; when it has ended for that, it is started anew. @return what it said */
    public String breakSyncs(int i) throws IOException, InterruptedException {
        site.breakSyncs(i);
        return comesBack(site.awaitEndOfMaster(i, () -> change(i)));
    }

    /** Has something large written into the registry, whatever comes of it: its log has some room on the disk in advance. */
    private void change(int i) {
        site.put(i, "/api/v1/store/trials/value", new byte[VALUE_BYTES]);
    }

    private String comesBack(String said) throws IOException, InterruptedException {
        long start = System.nanoTime();
        site.await("offers flow", () -> history.offeredSince(start));
        site.awaitReady();
        Site.pause(QUIET_MILLIS);
        return said;
    }

    /**
     * Gives the role of so many schedulers a limit that is lower than what they want, and kills masters.
     *
     * @param cpuMillis all that their tasks may hold at a time
     * @param frameworks how many there are then; each wants as much as the first ones
     * @param kills how many masters, one after the other
     */
    public void limit(int cpuMillis, int frameworks, int kills) throws IOException, InterruptedException {
        loads.forEach(load -> load.pause(true));
        while (loads.size() < frameworks) {
            var urls = new ArrayList<>(site.urls());
            Collections.rotate(urls, loads.size());
            loads.add(Load.start(urls, "load" + loads.size(), perSecond / FRAMEWORKS, 0, written, history));
        }
        site.await("what was launched without a limit is over", () -> history.open() == 0);
        linesBefore = Files.readAllLines(written).size();
        launchedBefore = history.launched();
        var quota = "{\"type\":\"UPDATE_QUOTA\",\"update_quota\":{\"force\":true,\"quota_configs\":[{\"role\":\""
                + Load.ROLE + "\",\"limits\":{\"cpus\":{\"value\":" + cpuMillis / 1000.0 + "}}}]}}";
        int status = site.post(0, "/api/v1", quota);
        if (status != 200) {
            throw new IllegalStateException("UPDATE_QUOTA was answered " + status);
        }
        loads.forEach(load -> {
            load.work("sleep 1", 2 * cpuMillis / Load.CPU_MILLIS);
            load.pause(false);
        });
        for (int i = 0; i < kills; i++) {
            Site.pause(QUIET_MILLIS);
            site.killMaster(i % masters);
            site.startMaster(i % masters);
            long start = System.nanoTime();
            site.await("offers flow", () -> history.anyOfferedSince(start));
            site.awaitReady();
        }
    }

    /** The most that all tasks together held at a time since there is a limit, as they wrote, in thousandths of a cpu. */
    public int mostHeld() throws IOException {
        return history.mostHeld(written, linesBefore);
    }

    /** How many tasks had been launched when the limit was set. */
    public int launchedBefore() {
        return launchedBefore;
    }

    /** Returns when so many more tasks have been launched: the loads have not stopped. */
    public void awaitLaunches(int tasks) throws InterruptedException {
        int before = history.launched();
        site.await("tasks are launched", () -> history.launched() >= before + tasks);
    }

    /**
     * What came of masters that were killed at random.
     *
     * @param kills how many were
     * @param perSecond tasks that ended meanwhile
     */
    public record AtRandom(int kills, double perSecond) {}

    /** Kills and starts masters at random for a while. */
    public AtRandom killAtRandom(long seed, Duration time, Duration each) throws IOException, InterruptedException {
        var random = new SplittableRandom(seed);
        long end = System.nanoTime() + time.toNanos();
        var killed = new int[1];
        double perSecond = gaps.ends(() -> {
            while (System.nanoTime() < end) {
                int i = random.nextInt(masters);
                site.killMaster(i);
                Site.pause(each.toMillis() / 2);
                site.startMaster(i);
                site.awaitReady();
                Site.pause(each.toMillis() / 2);
                killed[0]++;
            }
        });
        return new AtRandom(killed[0], perSecond);
    }

    /** How many tasks end in a second while nothing happens. */
    public double sustained(Duration time) throws IOException, InterruptedException {
        return gaps.ends(() -> Site.pause(time.toMillis()));
    }

    /**
     * What came of an agent that was declared gone.
     *
     * @param wasOffered whether anything of it was offered after its end
     * @param endSeconds from the moment at which its cable was plugged in again until its process had ended
     */
    public record Gone(boolean wasOffered, double endSeconds) {}

    /**
     * Pulls an agent's cable, declares the agent gone, and plugs the cable in again: it is not taken in any more, and
     * ends.
     */
    public Gone declareGone(int i) throws IOException, InterruptedException {
        var id = site.agentId("agent-" + i);
        site.network().plug(masters + i, false);
        site.await("the agent's link is given up", () -> site.activeAgents(0) >= 0 && site.activeAgents(0) < agents);
        int status = site.post(
                0,
                "/api/v1",
                "{\"type\":\"MARK_AGENT_GONE\",\"mark_agent_gone\":{\"agent_id\":{\"value\":\"" + id + "\"}}}");
        if (status != 200 && status != 202) {
            throw new IllegalStateException("MARK_AGENT_GONE of '" + id + "' was answered " + status);
        }
        long back = System.nanoTime();
        site.network().plug(masters + i, true);
        site.awaitEndOfAgent(i);
        long ended = System.nanoTime();
        site.awaitReady();
        Site.pause(QUIET_MILLIS);
        return new Gone(history.offeredSince("agent agent-" + i, ended), (ended - back) / 1e9);
    }

    /** The most agents that any master holds to be unreachable. */
    public int unreachableAgents() {
        return site.unreachableAgents();
    }

    /** The master that leads the registry. */
    public int leader() throws InterruptedException {
        site.await("a master leads the registry", () -> site.leader() >= 0);
        return site.leader();
    }

    /**
     * How long offers stayed out, in seconds.
     *
     * @param stop when the master was told to end
     * @param start while it was started again: nothing moves, but its JVM takes what it can get of the cores
     */
    public record Restart(double stop, double start) {}

    /** {@code kill}, as in a rolling restart, and the start again. */
    public Restart restartMaster(int i) throws IOException, InterruptedException {
        double down = gap(() -> site.stopMaster(i));
        double up = gap(() -> {
            site.startMaster(i);
            site.awaitReady();
        });
        return new Restart(down, up);
    }

    /**
     * A rolling change of version: all masters in turn, then all agents.
     *
     * @param launcher the {@code baton} script of the version to be
     * @return the longest gap
     */
    public double changeVersion(Path launcher) throws IOException, InterruptedException {
        double longest = 0;
        for (int i = 0; i < masters; i++) {
            int master = i;
            longest = Math.max(longest, gap(() -> {
                site.stopMaster(master);
                site.startMaster(master, launcher);
                site.awaitReady();
            }));
        }
        for (int i = 0; i < agents; i++) {
            site.changeAgent(i, launcher);
            site.awaitReady();
        }
        return longest;
    }

    /** {@code kill -9} of an agent's process while tasks run. @return seconds from its start to the first update */
    public double restartAgent(int i) throws IOException, InterruptedException {
        site.await("tasks run on the agent", () -> history.running("agent-" + i) >= RUNNING_AT_KILL);
        site.killAgent(i);
        Site.pause(QUIET_MILLIS);
        long start = System.nanoTime();
        var host = "agent-" + i;
        history.awaitUpdateOf(host);
        site.startAgent(i);
        site.await("updates of " + host + " come again", () -> history.updateOf(host) > 0);
        double seconds = (history.updateOf(host) - start) / 1e9;
        site.awaitReady();
        return seconds;
    }

    /** {@code kill -9} of an agent on which so many tasks run, half of which end while it is away. */
    public Readoption.Outcome readopt(int agent, int tasks, Duration away) throws IOException, InterruptedException {
        return Readoption.run(site, agent, tasks, away);
    }

    /** A scheduler leaves for good, and the master that leads the registry is killed while its time runs. */
    public Absence.Outcome leave(Duration timeout) throws IOException, InterruptedException {
        return Absence.run(site, timeout, () -> {
            int leader = leader();
            site.killMaster(leader);
            Site.pause(QUIET_MILLIS);
            site.startMaster(leader);
        });
    }

    /** From now on values are written into the registry all the time. */
    public void keepWriting() {
        writes.begin();
    }

    /** For how long at most no such value was acknowledged in the last fault, in seconds. */
    public double registryGapSeconds() {
        return writes.longestGapSeconds();
    }

    /** Writes no more. @return those values that were acknowledged and are not there */
    public List<String> missingWrites() {
        writes.close();
        return writes.missing();
    }

    /** Waits until {@code baton operator doctor} finds nothing wrong and each agent's resources add up to what it has. */
    public void awaitOrder() throws InterruptedException {
        aftermath.await();
    }

    /** Waits until there are no more processes than before the first task, when none is open. */
    public void awaitNoneLeft() throws InterruptedException {
        site.await("nothing is left of tasks", () -> left().isEmpty(), () -> String.join("\n", left()));
    }

    private List<String> left() {
        try {
            return aftermath.left();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** How often agents have refused an order of an owner that others have replaced. */
    public int refusals() throws IOException {
        return site.refusals();
    }

    /**
     * {@code kill -9} of all masters at once while tasks run, and their start.
     *
     * @param tasks how many run
     * @return seconds from the moment at which a majority serves again until one of them shows all tasks as running
     */
    public double killAllMasters(int tasks) throws IOException, InterruptedException {
        return losePower(tasks, false);
    }

    /** As {@link #killAllMasters}, with all agents at the same time: tasks go on, on their hosts, without either. */
    public double killAll(int tasks) throws IOException, InterruptedException {
        return losePower(tasks, true);
    }

    private double losePower(int tasks, boolean agentsToo) throws IOException, InterruptedException {
        loads.forEach(load -> load.work("sleep " + LONG.toSeconds(), tasks / FRAMEWORKS));
        site.await("enough tasks run", () -> site.runningTasks(0) >= tasks);
        loads.forEach(load -> load.pause(true));
        site.await("no short task is open", () -> loads.stream().allMatch(load -> load.brief() == 0));
        // An end that got lost with a link comes again 10 s later: till then a master shows a task that is over.
        site.await("a master shows those that run and no others", () -> site.runningTasks(0) == history.open());
        int running = site.runningTasks(0);
        for (int i = 0; i < masters; i++) {
            site.killMaster(i);
        }
        for (int i = 0; agentsToo && i < agents; i++) {
            site.killAgent(i);
        }
        for (int i = 0; i < masters; i++) {
            site.startMaster(i);
        }
        for (int i = 0; agentsToo && i < agents; i++) {
            site.startAgent(i);
        }
        site.await("a majority serves", () -> site.serving() > masters / 2);
        long start = System.nanoTime();
        site.await("all tasks are known", () -> site.mostRunningTasks() >= running);
        double seconds = (System.nanoTime() - start) / 1e9;
        site.awaitReady();
        loads.forEach(Load::resume);
        return seconds;
    }

    /**
     * Lets go of tasks that are to run for long, so that the rest can be judged. A KILL gets lost with the stream of its
     * scheduler, or with a master: it is sent again, as schedulers do.
     */
    public History.Verdict judge() throws IOException, InterruptedException {
        loads.forEach(load -> load.pause(true));
        var next = new AtomicLong(System.nanoTime());
        site.await(
                "no task is open",
                () -> {
                    if (System.nanoTime() - next.get() >= 0) {
                        loads.forEach(Load::killLong);
                        next.set(System.nanoTime() + KILL_AGAIN.toNanos());
                    }
                    return history.open() == 0;
                },
                () -> "open: " + history.openTasks());
        return history.judge(written, AGENT_CPU_MILLIS);
    }

    /** How many masters ended by themselves and were started again, as a supervisor does. */
    public int restarts() {
        return site.restarts();
    }

    /** What was seen. */
    public History history() {
        return history;
    }

    /** How many agents there are. */
    public int agents() {
        return agents;
    }

    @Override
    public void close() {
        writes.close();
        loads.forEach(Load::close);
        site.close();
    }
}
