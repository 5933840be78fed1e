package io.baton.cli.operation;

import io.baton.v1.operator.MasterStatus;
import java.util.Optional;

/**
 * What one master said of itself, or why it did not.
 *
 * @param url where it was asked
 * @param name in the registry; empty if only its address is known
 * @param failure empty if it answered
 * @param clockOffsetMillis its clock minus ours, give or take half the time that the answer took
 */
public record Report(String url, String name, Optional<MasterStatus> status, String failure, long clockOffsetMillis) {}
