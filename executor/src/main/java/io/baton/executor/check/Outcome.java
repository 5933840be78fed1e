package io.baton.executor.check;

/** What came of one probe. */
public sealed interface Outcome {
    /** The command ended. */
    record Exited(int status) implements Outcome {}

    /** An HTTP answer came. */
    record Answered(int status) implements Outcome {}

    /** A connection was made. */
    record Connected() implements Outcome {}

    /** Nothing of that within the time, or it was not possible at all. */
    record Failed(String why) implements Outcome {}

    /** The agent was not able to look: nothing is known of the task. */
    record NotProbed(String why) implements Outcome {}
}
