/**
 * HTTP/1.1 to a master: calls on kept connections, and the stream of events.
 *
 * <p>Written on blocking sockets instead of {@code java.net.http}. A scheduler makes three acknowledgement calls for
 * every task it runs, all tiny, all to one host, and often on the same two cores as the cluster itself: what counts is
 * the CPU time of a call. The JDK's client hands every request through several threads and allocates for each what
 * HTTP/2, redirects and flow control might need. {@code CallCost} in this module's tests measures both side by side; on
 * two cores, JDK 17, eight calls in flight, a warm client spent 14 to 30 us of CPU on a call this way and 62 to 145 us by
 * the JDK's, and made 28,000 to 60,000 against 8,000 to 22,000 calls a second.
 * TLS is the same code over the JDK's {@code SSLSocket}, so that there is one behaviour to test and not two.
 *
 * <p>No request is sent before the one before it on its connection is answered (no pipelining): a failure then concerns
 * exactly one call, of which is known whether any byte of it was sent.
 */
package io.baton.sdk.wire;
