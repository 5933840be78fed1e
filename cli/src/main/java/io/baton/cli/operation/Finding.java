package io.baton.cli.operation;

/**
 * Something that is wrong.
 *
 * @param what for people
 * @param todo what to do about it
 */
public record Finding(String what, String todo) {}
