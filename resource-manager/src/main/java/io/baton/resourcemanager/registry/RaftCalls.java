package io.baton.resourcemanager.registry;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.LeaderElectionManagementRequest;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.ReconfigurationInProgressException;
import org.apache.ratis.protocol.exceptions.ReconfigurationTimeoutException;
import org.apache.ratis.protocol.exceptions.ResourceUnavailableException;
import org.apache.ratis.protocol.exceptions.SetConfigurationException;
import org.apache.ratis.protocol.exceptions.StateMachineException;
import org.apache.ratis.rpc.CallId;
import org.apache.ratis.server.RaftServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls to whoever leads, which may change while a call is under way.
 *
 * <p>A call keeps its id over all attempts, so that the leader does it once. Attempts go on until the deadline.
 */
final class RaftCalls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RaftCalls.class);

    /** How long a change of voters looks for a leader that answers. */
    static final Duration LEADER_PATIENCE = Duration.ofSeconds(10);

    private static final long PAUSE_MILLIS = 50;

    /** A leader that died may leave a connection that says nothing. Asking a living one twice does no harm. */
    private static final long ATTEMPT_NANOS = 1_000_000_000L;

    private final RaftServer server;
    private final RaftGroup group;
    private final RaftProperties settings;
    private final Parameters objects;
    private final ScheduledExecutorService thread;
    private final ClientId clientId = ClientId.randomId();
    private RaftClient client;

    RaftCalls(
            RaftServer server,
            RaftGroup group,
            RaftProperties settings,
            Parameters objects,
            ScheduledExecutorService thread) {
        this.server = server;
        this.group = group;
        this.settings = settings;
        this.objects = objects;
        this.thread = thread;
    }

    /** A call that ended without an answer. */
    static final class NoAnswerException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final boolean mayBeDone;

        NoAnswerException(boolean mayBeDone, String why) {
            super(why);
            this.mayBeDone = mayBeDone;
        }

        /** Whether a leader may have taken it. */
        boolean mayBeDone() {
            return mayBeDone;
        }
    }

    private final class Call {
        private final long callId = CallId.getAndIncrement();
        private final CompletableFuture<RaftClientReply> answer = new CompletableFuture<>();
        private final Message message;
        private final long deadline;
        private boolean mayBeDone;
        private String trouble = "no master leads the registry";

        Call(Message message, long deadline) {
            this.message = message;
            this.deadline = deadline;
        }

        void attempt() {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                answer.completeExceptionally(new NoAnswerException(mayBeDone, trouble));
                return;
            }
            var leader = leader();
            if (leader == null) {
                again();
                return;
            }
            var request = RaftClientRequest.newBuilder()
                    .setClientId(clientId)
                    .setServerId(leader)
                    .setGroupId(group.getGroupId())
                    .setCallId(callId)
                    .setMessage(message)
                    .setType(RaftClientRequest.writeRequestType())
                    .build();
            send(request)
                    .orTimeout(Math.min(left, ATTEMPT_NANOS), TimeUnit.NANOSECONDS)
                    .whenCompleteAsync((reply, failure) -> ended(leader, reply, failure), thread);
        }

        private void ended(RaftPeerId leader, RaftClientReply reply, Throwable failure) {
            if (reply != null && reply.isSuccess()) {
                answer.complete(reply);
                return;
            }
            var why = failure == null ? reply.getException() : cause(failure);
            boolean refused = why instanceof LeaderNotReadyException
                    || why instanceof ResourceUnavailableException
                    || why instanceof NotLeaderException && !leader.equals(server.getId());
            mayBeDone |= !refused;
            if (failure != null) {
                reconnect(leader, why);
            }
            trouble = "the registry's leader " + leader + " does not answer (" + why + ")";
            if (why instanceof StateMachineException) { // It has given up the lead for this entry: the next one would.
                answer.completeExceptionally(new NoAnswerException(mayBeDone, trouble));
            } else {
                again();
            }
        }

        private void again() {
            thread.schedule(this::attempt, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Has the leader append this to the log.
     *
     * @return fails with {@link NoAnswerException} at the deadline
     */
    CompletableFuture<RaftClientReply> write(Message message, long deadlineNanos) {
        var call = new Call(message, deadlineNanos);
        thread.execute(call::attempt);
        return call.answer;
    }

    /**
     * Has this replica append this to the log. If it does not lead, or does not until the entry is in a majority's log,
     * this fails: no other leader is asked.
     */
    CompletableFuture<RaftClientReply> writeHere(Message message, long timeoutMillis) {
        return here(message, RaftClientRequest.writeRequestType(), timeoutMillis);
    }

    /** Completes when this replica shows all that was acknowledged before the call. */
    CompletableFuture<RaftClientReply> read(long timeoutMillis) {
        return here(Message.EMPTY, RaftClientRequest.readRequestType(), timeoutMillis);
    }

    private CompletableFuture<RaftClientReply> here(Message message, RaftClientRequest.Type type, long timeoutMillis) {
        var request = RaftClientRequest.newBuilder()
                .setClientId(clientId)
                .setServerId(server.getId())
                .setGroupId(group.getGroupId())
                .setCallId(CallId.getAndIncrement())
                .setMessage(message)
                .setType(type)
                .build();
        return send(request).orTimeout(timeoutMillis, TimeUnit.MILLISECONDS).thenApply(reply -> {
            if (!reply.isSuccess()) {
                throw new CompletionException(reply.getException());
            }
            return reply;
        });
    }

    /**
     * Has the leader change the voters; blocks. Who leads may just have been elected, or may have died or lost an election
     * without this replica knowing: then the next one is asked, for {@link #LEADER_PATIENCE}. So it is while another change
     * is under way. Of voters that have changed meanwhile it is refused at once: the same change would be again.
     */
    RaftClientReply change(SetConfigurationRequest.Arguments arguments) throws IOException {
        long deadline = System.nanoTime() + LEADER_PATIENCE.toNanos();
        while (true) {
            var leader = leader();
            try {
                var reply = changeAt(leader, arguments);
                boolean soon = reply.getNotLeaderException() != null
                        || reply.getException() instanceof LeaderNotReadyException;
                if (!soon || System.nanoTime() > deadline) {
                    return reply;
                }
            } catch (SetConfigurationException refused) {
                throw refused;
            } catch (ReconfigurationInProgressException | ReconfigurationTimeoutException notYet) {
                if (System.nanoTime() > deadline) {
                    throw notYet;
                }
            } catch (IOException unreachable) {
                if (System.nanoTime() > deadline) {
                    throw unreachable;
                }
                if (leader != null) {
                    reconnect(leader, unreachable);
                }
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
        }
    }

    /**
     * Has this replica take a snapshot.
     *
     * @return done when it has, or could not within this time
     */
    CompletableFuture<Void> snapshot(Duration patience) {
        var request = SnapshotManagementRequest.newCreate(
                clientId, server.getId(), group.getGroupId(), CallId.getAndIncrement(), patience.toMillis());
        return CompletableFuture.completedFuture(request)
                .thenCompose(server::snapshotManagementAsync)
                .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .handle((reply, failure) -> {
                    if (failure != null || !reply.isSuccess()) {
                        LOG.warn(
                                "the registry's log grows: no snapshot was taken",
                                failure == null ? reply.getException() : failure);
                    }
                    return null;
                });
    }

    /** From now on this replica votes, but does not stand for election itself. */
    void withdraw() {
        var request = LeaderElectionManagementRequest.newPause(
                clientId, server.getId(), group.getGroupId(), CallId.getAndIncrement());
        try {
            server.leaderElectionManagement(request);
        } catch (IOException e) {
            LOG.info("this master may stand for election while it stops", e);
        }
    }

    /** Has another lead instead of this replica; done in any case, by then. */
    CompletableFuture<Void> handOver(RaftPeerId next, Duration patience) {
        var request = new TransferLeadershipRequest(
                clientId, server.getId(), group.getGroupId(), CallId.getAndIncrement(), next, patience.toMillis());
        try {
            return server.transferLeadershipAsync(request)
                    .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                    .handle((reply, failure) -> {
                        if (failure != null || !reply.isSuccess()) {
                            LOG.info(
                                    "{} does not lead the registry after this one; the others elect",
                                    next,
                                    failure == null ? reply.getException() : failure);
                        }
                        return null;
                    });
        } catch (IOException e) {
            LOG.info("the lead of the registry is not handed over; the others elect", e);
            return CompletableFuture.completedFuture(null);
        }
    }

    private RaftClientReply changeAt(RaftPeerId leader, SetConfigurationRequest.Arguments arguments)
            throws IOException {
        if (leader == null) {
            throw new IOException("no master leads the registry: wait until a majority of its voters is up");
        }
        var request =
                new SetConfigurationRequest(clientId, leader, group.getGroupId(), CallId.getAndIncrement(), arguments);
        return leader.equals(server.getId())
                ? server.setConfiguration(request)
                : remote().getClientRpc().sendRequest(request);
    }

    private CompletableFuture<RaftClientReply> send(RaftClientRequest request) {
        try {
            return request.getServerId().equals(server.getId())
                    ? server.submitClientRequestAsync(request)
                    : remote().getClientRpc().sendRequestAsyncUnordered(request);
        } catch (IOException | RuntimeException e) {
            // Whatever Ratis throws instead of answering, the call goes on to its deadline.
            return CompletableFuture.failedFuture(e);
        }
    }

    /** A connection that broke once is not mended by waiting. */
    private synchronized void reconnect(RaftPeerId peer, Throwable why) {
        if (client != null) {
            client.getClientRpc().handleException(peer, why, true);
        }
    }

    private RaftPeerId leader() {
        try {
            return server.getDivision(group.getGroupId()).getInfo().getLeaderId();
        } catch (IOException e) {
            return null;
        }
    }

    private synchronized RaftClient remote() throws IOException {
        var peers = server.getDivision(group.getGroupId()).getRaftConf().getAllPeers(RaftPeerRole.FOLLOWER);
        if (client == null) {
            client = RaftClient.newBuilder()
                    .setClientId(clientId)
                    .setRaftGroup(RaftGroup.valueOf(group.getGroupId(), peers))
                    .setProperties(settings)
                    .setParameters(objects)
                    .build();
        }
        client.getClientRpc().addRaftPeers(peers);
        return client;
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    @Override
    public synchronized void close() throws IOException {
        if (client != null) {
            client.close();
        }
    }
}
