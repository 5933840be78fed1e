/**
 * Write a scheduler: say which tasks to run on which offers, and hear what becomes of them.
 *
 * <p>{@link io.baton.sdk.Framework#builder()} describes a framework and starts it with a
 * {@link io.baton.sdk.Scheduler}, whose methods are called one at a time:
 *
 * <pre>{@code
 * var framework = Framework.builder()
 *     .masters("http://10.0.0.1:5050", "http://10.0.0.2:5050")
 *     .name("my-scheduler")
 *     .start(new MyScheduler());
 * }</pre>
 *
 * <p><b>Done for you.</b> Subscribing at any of the masters, and again with the same id when the stream breaks or three
 * heartbeats stay out; redirects; calls again after 429 and 503; acknowledging updates after your callback returned;
 * recognising updates that come twice; asking about your tasks after each reconnection until every one is answered;
 * SUPPRESS and REVIVE from what you say with {@link io.baton.sdk.Framework#demand}.
 *
 * <p><b>Left to you.</b> Which task goes where ({@link io.baton.sdk.offer} helps), and remembering the framework id and
 * your tasks if they shall survive your process: start again with {@code id(...)} and a failover timeout.
 *
 * <p><b>Limits.</b> Every queue has one, see {@link io.baton.sdk.session.Limits}; every wait has one, see
 * {@link io.baton.sdk.session.Timing}. What goes wrong is in {@link io.baton.sdk.error}.
 */
package io.baton.sdk;
