package io.baton.core.operation;

import com.google.protobuf.ByteString;

/** What an operator is told. */
public sealed interface OperationAnswer {
    /** @param text what was done, and what is left to the operator */
    record Done(String text) implements OperationAnswer {}

    /** @param file the registry as a file */
    record Saved(ByteString file) implements OperationAnswer {}

    /** @param why it would do harm or makes no sense, and what to do instead */
    record Refused(String why) implements OperationAnswer {}

    /** @param why it cannot be done now, or is not known to be done */
    record Unavailable(String why) implements OperationAnswer {}
}
