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
 * chunk, heartbeats, offers with filters, suppress and revive, in each of a framework's roles, updates one at a time until
 * they are acknowledged and again after a while, kills, reconciliation, failover of a framework and its timeout. Tasks that
 * masters would refuse for their ids, agent, resources, role, or for want of a command, are refused in the same words.
 *
 * <p>What it does not have: reservations and volumes (such operations with an id are OPERATION_ERROR, RECONCILE_OPERATIONS is
 * taken and not answered), quotas, shares of roles, executors (their tasks run as all do), maintenance, offer constraints;
 * and it does not look at containers, checks, limits of tasks and executors.
 *
 * <p>What can go wrong on request: a status instead of an effect, silence, a call or its answer lost
 * ({@link io.baton.testkit.Fault}); streams that break, end, fall silent or carry nonsense; updates that come twice;
 * offers rescinded; agents lost, and back again.
 */
package io.baton.testkit;
