/**
 * What a scheduler's session with its masters decides: when to connect, what to send next, what a reply means,
 * which updates are new, what to ask after a reconnection.
 *
 * <p>Pure: no sockets, threads, clock or random of its own. Time comes in as milliseconds of a clock that never goes
 * back, chance as a generator that is passed in, and everything to be done comes out as an
 * {@link io.baton.sdk.session.Effect}. {@link io.baton.sdk.session.Session} is the entry; the rest are its parts.
 */
package io.baton.sdk.session;
