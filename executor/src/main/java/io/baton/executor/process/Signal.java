package io.baton.executor.process;

import java.util.Arrays;
import java.util.Optional;

/** The signals that are sent, with Linux's numbers: the two that end a task, and those that users may send. */
public enum Signal {
    HUP(1),
    INT(2),
    QUIT(3),
    KILL(9),
    USR1(10),
    USR2(12),
    TERM(15);

    /** For messages to users. */
    public static final String NUMBERS = "1, 2, 3, 9, 10, 12, 15";

    private final int number;

    Signal(int number) {
        this.number = number;
    }

    /** The signal of this number, if it can be sent. */
    public static Optional<Signal> of(int number) {
        return Arrays.stream(values()).filter(s -> s.number == number).findFirst();
    }
}
