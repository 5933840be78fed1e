package io.baton.executor.crash;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A step after which a test wants the agent's process to end as if it were killed: the system property
 * {@code baton.crash-point} names it, with {@code #2} at the end the second time that it is reached. Without the property
 * nothing ever happens.
 */
public final class CrashPoint {
    private static final String WANTED = System.getProperty("baton.crash-point", "");
    private static final boolean ARMED = !WANTED.isEmpty();
    private static final String NAME = WANTED.replaceFirst("#[0-9]+$", "");
    private static final AtomicInteger LEFT =
            new AtomicInteger(NAME.equals(WANTED) ? 1 : Integer.parseInt(WANTED.substring(NAME.length() + 1)));

    /** As after SIGKILL, in a shell's words. */
    private static final int KILLED = 137;

    private CrashPoint() {}

    /** The process is at this point. */
    public static void reached(String name) {
        if (ARMED && NAME.equals(name) && LEFT.decrementAndGet() == 0) {
            Runtime.getRuntime().halt(KILLED);
        }
    }

    /** The process is about to do this; the name is that of the type. */
    public static void before(Object step) {
        if (ARMED) {
            reached("before " + step.getClass().getSimpleName());
        }
    }

    /** The process has done this. */
    public static void after(Object step) {
        if (ARMED) {
            reached("after " + step.getClass().getSimpleName());
        }
    }
}
