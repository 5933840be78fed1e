package io.baton.core.protocol;

/** A message that may cross between masters: it is a record, and CBOR carries it. */
public interface WireMessage {}
