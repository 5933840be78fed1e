package io.baton.resourcemanager.registry;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.client.RaftClientConfigKeys;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcTlsConfig;
import org.apache.ratis.rpc.SupportedRpcType;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys.Log;
import org.apache.ratis.server.RaftServerConfigKeys.Rpc;
import org.apache.ratis.server.RaftServerConfigKeys.Snapshot;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** How the log behaves. Constants: an operator has no reason to choose. */
final class RaftSettings {
    /** Largest entry that voters send each other. */
    static final int ENTRY_BYTES = 2 * 1024 * 1024;

    /** A follower that has heard nothing for so long, and up to {@link #MOST_PATIENCE}, stands for election. */
    private static final Duration PATIENCE = Duration.ofMillis(600);

    static final Duration MOST_PATIENCE = Duration.ofSeconds(1);

    /** How often Ratis has a leader say that it is there: twice in that time. */
    static final Duration HEARTBEAT = PATIENCE.dividedBy(2);

    /** Bytes of the log after which a snapshot is taken, however few entries they are. About so much stays on the disk. */
    static final long LOG_BYTES = 128L * 1024 * 1024;

    private static final int SNAPSHOTS_KEPT = 2;

    private RaftSettings() {}

    static RaftProperties of(VoterFiles files, RegistryConfig config, boolean alone) {
        var settings = new RaftProperties();
        RaftConfigKeys.Rpc.setType(settings, SupportedRpcType.GRPC);
        RaftServerConfigKeys.setStorageDir(settings, List.of(files.log().toFile()));
        RaftServerConfigKeys.setRemovedGroupsDir(
                settings, files.directory().resolve("removed").toFile());
        RaftServerConfigKeys.setStorageFreeSpaceMin(settings, SizeInBytes.valueOf(config.minFreeBytes()));
        GrpcConfigKeys.Server.setHost(settings, config.host());
        GrpcConfigKeys.Server.setPort(settings, config.port());
        log(settings, config);
        time(settings, alone);
        // A process that was stopped for a minute may go on: terms and epochs say who is out of date, not clocks.
        RaftServerConfigKeys.setCloseThreshold(settings, TimeDuration.valueOf(1, TimeUnit.DAYS));
        // Growing from one voter to two at least doubles the group: there is no other way to grow.
        RaftServerConfigKeys.LeaderElection.setMemberMajorityAdd(settings, true);
        return settings;
    }

    /** What Ratis takes as an object: by what voters show each other who they are. */
    static Parameters objects(RegistryConfig config) {
        var out = new Parameters();
        config.tls().ifPresent(tls -> GrpcConfigKeys.TLS.setConf(out, new GrpcTlsConfig(tls.key(), tls.trust(), true)));
        return out;
    }

    private static void log(RaftProperties settings, RegistryConfig config) {
        RaftServerConfigKeys.Read.setOption(settings, RaftServerConfigKeys.Read.Option.LINEARIZABLE);
        RaftServerConfigKeys.Write.setByteLimit(settings, SizeInBytes.valueOf("8MB"));
        Log.setSegmentSizeMax(settings, SizeInBytes.valueOf("8MB"));
        Log.setPreallocatedSize(settings, SizeInBytes.valueOf("1MB"));
        Log.setSegmentCacheNumMax(settings, 2);
        Log.setSegmentCacheSizeMax(settings, SizeInBytes.valueOf("16MB"));
        Log.setWriteBufferSize(settings, SizeInBytes.valueOf(2L * ENTRY_BYTES));
        Log.setQueueByteLimit(settings, SizeInBytes.valueOf("16MB"));
        Log.setPurgeUptoSnapshotIndex(settings, true);
        // The default keeps 1,024 entries more than the snapshot needs, which may be a gigabyte.
        Log.setPurgeGap(settings, 1);
        Log.Appender.setBufferByteLimit(settings, SizeInBytes.valueOf(ENTRY_BYTES));
        Log.Appender.setSnapshotChunkSizeMax(settings, SizeInBytes.valueOf("1MB"));
        // The default of a few milliseconds would be most of what a lone write takes.
        Log.Appender.setWaitTimeMin(settings, TimeDuration.ZERO);
        // A master that was away for long is not to wait, when it is back, for the leader to look after it: the default
        // comes to 5 s between attempts.
        Log.Appender.setRetryPolicy(settings, "1ms,10, 250ms,1000000");
        Snapshot.setAutoTriggerEnabled(settings, true);
        Snapshot.setAutoTriggerThreshold(settings, config.snapshotEvery());
        Snapshot.setCreationGap(settings, 1);
        Snapshot.setRetentionFileNum(settings, SNAPSHOTS_KEPT);
    }

    private static void time(RaftProperties settings, boolean alone) {
        // The defaults of 150 to 300 ms change leaders on a starved machine without a need. While there is none, no
        // dead master's agents and frameworks find a new owner.
        Rpc.setTimeoutMin(settings, millis(PATIENCE.toMillis()));
        Rpc.setTimeoutMax(settings, millis(MOST_PATIENCE.toMillis()));
        Rpc.setFirstElectionTimeoutMin(settings, millis(alone ? 1 : PATIENCE.toMillis()));
        Rpc.setFirstElectionTimeoutMax(settings, millis(alone ? 2 : MOST_PATIENCE.toMillis()));
        RaftServerConfigKeys.Read.setTimeout(settings, millis(Replica.DEADLINE.toMillis()));
        RaftServerConfigKeys.Notification.setNoLeaderTimeout(settings, TimeDuration.valueOf(10, TimeUnit.SECONDS));
        RaftClientConfigKeys.Rpc.setRequestTimeout(settings, millis(Replica.DEADLINE.toMillis()));
    }

    private static TimeDuration millis(long millis) {
        return TimeDuration.valueOf(millis, TimeUnit.MILLISECONDS);
    }
}
