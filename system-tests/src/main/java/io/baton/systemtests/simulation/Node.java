package io.baton.systemtests.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;

/** A process that can crash, start again, and be frozen. What it had planned dies with it. */
class Node {
    final String name;
    final World world;
    private final Set<Link<?, ?>> links = new LinkedHashSet<>();
    private final Deque<Runnable> backlog = new ArrayDeque<>();
    private int index;
    private int incarnation;
    private boolean up;
    private long frozenUntil;

    Node(String name, World world) {
        this.name = name;
        this.world = world;
        this.index = world.network().add(this);
    }

    int index() {
        return index;
    }

    boolean isUp() {
        return up;
    }

    int incarnation() {
        return incarnation;
    }

    void start() {
        incarnation++;
        up = true;
        frozenUntil = 0;
        world.history().note(() -> name + " starts");
    }

    /** @param silently the whole host is gone: nobody is told that its connections are */
    void crash(boolean silently) {
        world.history().note(() -> name + (silently ? " loses power" : " is killed"));
        up = false;
        backlog.clear();
        var theirs = new ArrayList<>(links);
        links.clear();
        theirs.forEach(link -> link.crashed(this, silently));
    }

    /** It does nothing for a while, and does not know. */
    void freeze(long millis) {
        world.history().note(() -> name + " is frozen for " + millis + " ms");
        frozenUntil = Math.max(frozenUntil, world.agenda().now() + millis);
        int me = incarnation;
        world.agenda().in(millis, () -> thaw(me));
    }

    private void thaw(int me) {
        if (me == incarnation && up && world.agenda().now() >= frozenUntil) {
            var waiting = new ArrayList<>(backlog);
            backlog.clear();
            waiting.forEach(Runnable::run);
        }
    }

    void thawNow() {
        frozenUntil = 0;
        thaw(incarnation);
    }

    /** Does something on this node, unless it is another start of it by then. */
    void run(int of, Runnable action) {
        if (!up || of != incarnation) {
            return;
        }
        if (world.agenda().now() < frozenUntil) {
            backlog.add(() -> run(of, action));
        } else {
            action.run();
        }
    }

    void in(long millis, Runnable action) {
        int me = incarnation;
        world.agenda().in(millis, () -> run(me, action));
    }

    /** Again and again, as long as this start of the node lives. */
    void every(long millis, Runnable action) {
        in(millis, () -> {
            action.run();
            every(millis, action);
        });
    }

    /** Resets all its connections. */
    void tearLinks() {
        new ArrayList<>(links).forEach(Link::tear);
    }

    void opened(Link<?, ?> link) {
        links.add(link);
    }

    void closed(Link<?, ?> link) {
        links.remove(link);
    }

    @Override
    public String toString() {
        return name;
    }
}
