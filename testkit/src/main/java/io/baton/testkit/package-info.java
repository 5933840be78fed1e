/**
 * Test a scheduler without a cluster: {@link io.baton.testkit.FakeMaster} is a master in memory that speaks the scheduler
 * API over real HTTP.
 *
 * <pre>{@code
 * try (var master = FakeMaster.start()) {
 *     master.addAgent(FakeAgent.on("host-1").cpus(4).mem(4096));
 *     master.outcomes(task -> Outcome.finishes());
 *     master.onCall(Call.Type.ACCEPT, Fault.retryAfter(503, 1));
 *
 *     startMyScheduler(master.url());
 *
 *     master.awaitCalls(Call.Type.ACKNOWLEDGE, 3, Duration.ofSeconds(10));
 * }
 * }</pre>
 *
 * <p>What it does as real masters do: the order of checks and the texts of refusals, stream ids, one record in one
 * chunk, heartbeats, offers with filters, suppress and revive, updates one at a time until they are acknowledged and
 * again after a while, kills, reconciliation, failover of a framework and its timeout. What it does not have: quotas,
 * reservations, volumes, executors, maintenance; such operations are taken and change nothing.
 *
 * <p>What can go wrong on request: a status instead of an effect, silence, a call or its answer lost
 * ({@link io.baton.testkit.Fault}); streams that break, end, fall silent or carry nonsense; updates that come twice;
 * offers rescinded; agents lost, and back again.
 */
package io.baton.testkit;
