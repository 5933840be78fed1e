package io.baton.httpapi.agent;

import io.baton.httpapi.codec.Accept;
import io.baton.httpapi.error.Refusal;
import io.baton.protocol.codec.Encoding;
import java.util.Optional;

/**
 * In which form the client of an agent wants the answer, by its headers Accept and Message-Accept, as in Mesos.
 *
 * @param records whether it says that it reads RecordIO; streams are written so in any case
 */
record AnswerForm(Encoding encoding, boolean records) {
    private static final String EITHER = "application/json or application/x-protobuf";

    /** What is wrong with the headers, if anything. */
    static Optional<Refusal> problem(Optional<String> accept, Optional<String> messageAccept) {
        if (Accept.encoding(accept).isPresent()) {
            return messageAccept.map(
                    set -> notAcceptable("Expecting 'Message-Accept' to be not set for non-streaming responses"));
        }
        if (!Accept.allows(accept.orElse(""), ContainerApi.RECORDIO)) {
            return Optional.of(notAcceptable("Expecting 'Accept' to allow " + EITHER + " or " + ContainerApi.RECORDIO));
        }
        return Accept.encoding(messageAccept).isPresent()
                ? Optional.empty()
                : Optional.of(notAcceptable("Expecting 'Message-Accept' to allow " + EITHER));
    }

    /** Of headers with which nothing is wrong. */
    static AnswerForm of(Optional<String> accept, Optional<String> messageAccept) {
        return Accept.encoding(accept)
                .map(encoding -> new AnswerForm(encoding, false))
                .orElseGet(() -> new AnswerForm(Accept.encoding(messageAccept).orElse(Encoding.JSON), true));
    }

    static Refusal notAcceptable(String text) {
        return Refusal.of(406, text);
    }
}
