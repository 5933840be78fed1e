package io.baton.resourcemanager.registry.state;

import com.google.protobuf.ByteString;
import io.baton.resourcemanager.registry.record.AcquireAllocator;
import io.baton.resourcemanager.registry.record.AcquireShards;
import io.baton.resourcemanager.registry.record.AdmitAgent;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.DeactivateAgent;
import io.baton.resourcemanager.registry.record.DeleteValue;
import io.baton.resourcemanager.registry.record.DisconnectFramework;
import io.baton.resourcemanager.registry.record.DrainAgent;
import io.baton.resourcemanager.registry.record.FoundCluster;
import io.baton.resourcemanager.registry.record.JoinMaster;
import io.baton.resourcemanager.registry.record.LeaveMaster;
import io.baton.resourcemanager.registry.record.MarkAgentDrained;
import io.baton.resourcemanager.registry.record.MarkAgentGone;
import io.baton.resourcemanager.registry.record.MarkAgentUnreachable;
import io.baton.resourcemanager.registry.record.MasterAddresses;
import io.baton.resourcemanager.registry.record.MasterDown;
import io.baton.resourcemanager.registry.record.PutValue;
import io.baton.resourcemanager.registry.record.ReactivateAgent;
import io.baton.resourcemanager.registry.record.RemoveFramework;
import io.baton.resourcemanager.registry.record.Result;
import io.baton.resourcemanager.registry.record.StartMaintenance;
import io.baton.resourcemanager.registry.record.StopMaintenance;
import io.baton.resourcemanager.registry.record.SubscribeFramework;
import io.baton.resourcemanager.registry.record.UpdateQuotas;
import io.baton.resourcemanager.registry.record.UpdateSchedule;
import io.baton.resourcemanager.registry.record.UpdateWeights;
import io.baton.v1.AgentID;
import io.baton.v1.AgentInfo;
import io.baton.v1.DrainConfig;
import io.baton.v1.FrameworkID;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.MachineID;
import io.baton.v1.TimeInfo;
import io.baton.v1.Unavailability;
import io.baton.v1.Value;
import io.baton.v1.WeightInfo;
import io.baton.v1.maintenance.Schedule;
import io.baton.v1.maintenance.Window;
import io.baton.v1.quota.QuotaConfig;
import java.util.Arrays;
import java.util.List;

/** Commands and results as short texts: {@code acquire a 2 s1,s2}, {@code granted 5/0}. */
final class Say {
    private Say() {}

    static Command command(String text, long at) {
        var words = text.trim().split(" +");
        var command = Command.newBuilder().setAt(at);
        if (words[0].startsWith("#")) {
            command.setRequestId(words[0].substring(1));
            words = Arrays.copyOfRange(words, 1, words.length);
        }
        return fill(command, words).build();
    }

    private static Command.Builder fill(Command.Builder to, String[] w) {
        return switch (w[0]) {
            case "found" -> to.setFoundCluster(FoundCluster.newBuilder().setClusterId(w[1]));
            case "join" ->
                to.setJoinMaster(JoinMaster.newBuilder()
                        .setName(w[1])
                        .setVoterId(w[1] + "-x")
                        .setAddresses(MasterAddresses.newBuilder().setHttp(w[1] + ":5050")));
            case "down" -> to.setMasterDown(MasterDown.newBuilder().setIncarnation(number(w[1])));
            case "leave" ->
                to.setLeaveMaster(LeaveMaster.newBuilder().setName(w[1]).setIncarnation(number(w[2])));
            case "acquire" ->
                to.setAcquireShards(AcquireShards.newBuilder()
                        .setMaster(w[1])
                        .setIncarnation(number(w[2]))
                        .addAllShards(List.of(w[3].split(","))));
            case "allocator" ->
                to.setAcquireAllocator(
                        AcquireAllocator.newBuilder().setMaster(w[1]).setIncarnation(number(w[2])));
            case "put" -> {
                var put = PutValue.newBuilder().setNamespace(w[1]).setKey(w[2]).setValue(ByteString.copyFromUtf8(w[3]));
                yield to.setPutValue(w.length > 4 ? put.setIfVersion(number(w[4])) : put);
            }
            case "delete" -> {
                var delete = DeleteValue.newBuilder().setNamespace(w[1]).setKey(w[2]);
                yield to.setDeleteValue(w.length > 3 ? delete.setIfVersion(number(w[3])) : delete);
            }
            default -> fillMore(to, w);
        };
    }

    private static Command.Builder fillMore(Command.Builder to, String[] w) {
        return switch (w[0]) {
            case "admit" ->
                to.setAdmitAgent(AdmitAgent.newBuilder()
                        .setInfo(AgentInfo.newBuilder().setHostname("h").setId(agent(w[1]))));
            case "unreachable" ->
                to.setMarkAgentUnreachable(MarkAgentUnreachable.newBuilder()
                        .setAgentId(agent(w[1]))
                        .setIncarnation(number(w[2]))
                        .setSharePercent(25)
                        .setIntervalMillis(20_000));
            case "gone" -> to.setMarkAgentGone(MarkAgentGone.newBuilder().setAgentId(agent(w[1])));
            case "drain" ->
                to.setDrainAgent(
                        DrainAgent.newBuilder().setAgentId(agent(w[1])).setConfig(DrainConfig.getDefaultInstance()));
            case "drained" ->
                to.setMarkAgentDrained(MarkAgentDrained.newBuilder().setAgentId(agent(w[1])));
            case "deactivate" ->
                to.setDeactivateAgent(DeactivateAgent.newBuilder().setAgentId(agent(w[1])));
            case "reactivate" ->
                to.setReactivateAgent(ReactivateAgent.newBuilder().setAgentId(agent(w[1])));
            case "subscribe" ->
                to.setSubscribeFramework(SubscribeFramework.newBuilder()
                        .setInfo(FrameworkInfo.newBuilder()
                                .setUser("u")
                                .setName("n")
                                .setId(framework(w[1]))));
            case "disconnect" ->
                to.setDisconnectFramework(DisconnectFramework.newBuilder()
                        .setFrameworkId(framework(w[1]))
                        .setEpoch(number(w[2])));
            case "remove" -> {
                var remove = RemoveFramework.newBuilder().setFrameworkId(framework(w[1]));
                yield to.setRemoveFramework(w.length > 2 ? remove.setIfDisconnectedSinceEpoch(number(w[2])) : remove);
            }
            default -> fillRoles(to, w);
        };
    }

    private static Command.Builder fillRoles(Command.Builder to, String[] w) {
        return switch (w[0]) {
            case "weight" -> {
                var weights = UpdateWeights.newBuilder()
                        .addWeights(WeightInfo.newBuilder().setRole(w[1]).setWeight(Double.parseDouble(w[2])));
                yield to.setUpdateWeights(w.length > 3 ? weights.setIfVersion(number(w[3])) : weights);
            }
            case "quota" -> {
                var config = QuotaConfig.newBuilder().setRole(w[1]);
                if (!w[2].equals("none")) {
                    config.putLimits(
                            "cpus",
                            Value.Scalar.newBuilder()
                                    .setValue(Double.parseDouble(w[2]))
                                    .build());
                }
                yield to.setUpdateQuotas(UpdateQuotas.newBuilder().addConfigs(config));
            }
            case "schedule" -> {
                var window = Window.newBuilder()
                        .setUnavailability(Unavailability.newBuilder()
                                .setStart(TimeInfo.newBuilder().setNanoseconds(1)));
                Arrays.stream(w).skip(1).forEach(m -> window.addMachineIds(machine(m)));
                yield to.setUpdateSchedule(UpdateSchedule.newBuilder()
                        .setSchedule(Schedule.newBuilder().addWindows(window)));
            }
            case "start" -> to.setStartMaintenance(StartMaintenance.newBuilder().addAllMachines(machines(w)));
            case "stop" -> to.setStopMaintenance(StopMaintenance.newBuilder().addAllMachines(machines(w)));
            default -> throw new IllegalArgumentException("what is '" + w[0] + "'?");
        };
    }

    private static List<MachineID> machines(String[] words) {
        return Arrays.stream(words).skip(1).map(Say::machine).toList();
    }

    static String shown(Result result) {
        if (result.hasGranted()) {
            return "granted " + result.getGranted().getEpoch() + "/"
                    + result.getGranted().getAllocatorEpoch();
        }
        if (result.hasConflict()) {
            return "conflict " + result.getConflict().getVersion();
        }
        if (result.hasRefused()) {
            return result.getRefused().getCode()
                    + (result.getRefused().hasRetryAfterMillis()
                            ? " " + result.getRefused().getRetryAfterMillis()
                            : "");
        }
        return result.getDone().hasVersion() ? "written " + result.getDone().getVersion() : "done";
    }

    private static long number(String text) {
        return Long.parseLong(text);
    }

    private static AgentID agent(String id) {
        return AgentID.newBuilder().setValue(id).build();
    }

    private static FrameworkID framework(String id) {
        return FrameworkID.newBuilder().setValue(id).build();
    }

    private static MachineID machine(String host) {
        return MachineID.newBuilder().setHostname(host).build();
    }
}
