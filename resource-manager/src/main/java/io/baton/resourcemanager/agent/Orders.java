package io.baton.resourcemanager.agent;

import com.google.protobuf.ByteString;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.TaskId;
import io.baton.core.protocol.Term;
import io.baton.link.Acknowledge;
import io.baton.link.AcknowledgeOperation;
import io.baton.link.Drain;
import io.baton.link.ExecutorMessage;
import io.baton.link.Kill;
import io.baton.link.RegisterAgain;
import io.baton.link.RemoveFramework;
import io.baton.link.ShutdownExecutor;
import io.baton.link.TellTasks;
import io.baton.link.ToAgent;
import io.baton.v1.DrainConfig;
import io.baton.v1.ExecutorID;
import io.baton.v1.KillPolicy;
import java.util.Optional;

/** What an agent is told besides launches: frames that carry the owner's epoch, so that an older owner's are refused. */
final class Orders {
    private Orders() {}

    static ToAgent kill(Term term, FrameworkId framework, TaskId task, Optional<KillPolicy> policy) {
        var kill = Kill.newBuilder()
                .setEpoch(term.epoch())
                .setFrameworkId(framework.toProto())
                .setTaskId(task.toProto());
        policy.ifPresent(kill::setKillPolicy);
        return ToAgent.newBuilder().setKill(kill).build();
    }

    /** @param why the task's scheduler hears it */
    static ToAgent preempt(Term term, FrameworkId framework, TaskId task, String why) {
        return ToAgent.newBuilder()
                .setKill(Kill.newBuilder()
                        .setEpoch(term.epoch())
                        .setFrameworkId(framework.toProto())
                        .setTaskId(task.toProto())
                        .setPreempted(why))
                .build();
    }

    static ToAgent acknowledge(Term term, FrameworkId framework, TaskId task, ByteString uuid) {
        return ToAgent.newBuilder()
                .setAcknowledge(Acknowledge.newBuilder()
                        .setEpoch(term.epoch())
                        .setFrameworkId(framework.toProto())
                        .setTaskId(task.toProto())
                        .setUuid(uuid))
                .build();
    }

    /** @param key by which the agent knows the operation */
    static ToAgent acknowledgeOperation(Term term, String key) {
        return ToAgent.newBuilder()
                .setAcknowledgeOperation(
                        AcknowledgeOperation.newBuilder().setEpoch(term.epoch()).setKey(key))
                .build();
    }

    static ToAgent shutdown(Term term, FrameworkId framework, ExecutorID executor) {
        return ToAgent.newBuilder()
                .setShutdownExecutor(ShutdownExecutor.newBuilder()
                        .setEpoch(term.epoch())
                        .setFrameworkId(framework.toProto())
                        .setExecutorId(executor))
                .build();
    }

    static ToAgent tellExecutor(Term term, FrameworkId framework, ExecutorID executor, ByteString data) {
        return ToAgent.newBuilder()
                .setExecutorMessage(ExecutorMessage.newBuilder()
                        .setEpoch(term.epoch())
                        .setFrameworkId(framework.toProto())
                        .setExecutorId(executor)
                        .setData(data))
                .build();
    }

    static ToAgent removeFramework(Term term, FrameworkId framework) {
        return ToAgent.newBuilder()
                .setRemoveFramework(
                        RemoveFramework.newBuilder().setEpoch(term.epoch()).setFrameworkId(framework.toProto()))
                .build();
    }

    static ToAgent tellTasks(Term term, FrameworkId framework) {
        return ToAgent.newBuilder()
                .setTellTasks(TellTasks.newBuilder().setEpoch(term.epoch()).setFrameworkId(framework.toProto()))
                .build();
    }

    /** @param config absent: it need not be empty any more */
    static ToAgent drain(Term term, Optional<DrainConfig> config) {
        var drain = Drain.newBuilder().setEpoch(term.epoch());
        config.ifPresent(drain::setConfig);
        return ToAgent.newBuilder().setDrain(drain).build();
    }

    /** What is believed of the agent may be wrong: it is to say everything anew. */
    static ToAgent registerAgain() {
        return ToAgent.newBuilder()
                .setRegisterAgain(RegisterAgain.getDefaultInstance())
                .build();
    }
}
