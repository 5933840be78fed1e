package io.baton.executor.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.v1.CapabilityInfo;
import io.baton.v1.ContainerInfo;
import io.baton.v1.ContainerInfo.DockerInfo;
import io.baton.v1.Image;
import io.baton.v1.LinuxInfo;
import io.baton.v1.NetworkInfo;
import io.baton.v1.Parameter;
import io.baton.v1.SeccompInfo;
import io.baton.v1.Secret;
import io.baton.v1.TTYInfo;
import io.baton.v1.Volume;
import io.baton.v1.Volume.Source;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ContainerPlanTest {
    private static ContainerInfo.Builder image() {
        return ContainerInfo.newBuilder()
                .setType(ContainerInfo.Type.MESOS)
                .setMesos(ContainerInfo.MesosInfo.newBuilder()
                        .setImage(Image.newBuilder()
                                .setType(Image.Type.DOCKER)
                                .setDocker(Image.Docker.newBuilder().setName("busybox:1"))));
    }

    private static ContainerInfo.Builder docker(UnaryOperator<DockerInfo.Builder> change) {
        return ContainerInfo.newBuilder()
                .setType(ContainerInfo.Type.DOCKER)
                .setDocker(change.apply(DockerInfo.newBuilder().setImage("busybox:1")));
    }

    private static Volume.Builder volume(String at, String path) {
        return Volume.newBuilder().setMode(Volume.Mode.RO).setContainerPath(at).setHostPath(path);
    }

    private static Volume.Builder volume(Source.Builder source) {
        return Volume.newBuilder()
                .setMode(Volume.Mode.RW)
                .setContainerPath("/at")
                .setSource(source);
    }

    private static ContainerPlan plan(ContainerInfo.Builder info) {
        var result = ContainerPlan.of(info.build());
        assertThat(result.problem()).isEmpty();
        return result.plan().orElseThrow();
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of("privileged", docker(d -> d.setPrivileged(true))),
                Arguments.of("BRIDGE", docker(d -> d.setNetwork(DockerInfo.Network.BRIDGE))),
                Arguments.of(
                        "port_mappings",
                        docker(d -> d.addPortMappings(DockerInfo.PortMapping.newBuilder()
                                .setHostPort(1)
                                .setContainerPort(1)))),
                Arguments.of(
                        "'cap-add'",
                        docker(d -> d.addParameters(
                                Parameter.newBuilder().setKey("cap-add").setValue("ALL")))),
                Arguments.of("docker.image is empty", docker(d -> d.setImage(""))),
                Arguments.of("tty_info", image().setTtyInfo(TTYInfo.getDefaultInstance())),
                Arguments.of(
                        "'cni'",
                        image().addNetworkInfos(NetworkInfo.newBuilder().setName("cni"))),
                Arguments.of(
                        "share_pid_namespace",
                        image().setLinuxInfo(LinuxInfo.newBuilder().setSharePidNamespace(true))),
                Arguments.of(
                        "ipc_mode",
                        image().setLinuxInfo(LinuxInfo.newBuilder().setIpcMode(LinuxInfo.IpcMode.SHARE_PARENT))),
                Arguments.of(
                        "profile_name",
                        image().setLinuxInfo(LinuxInfo.newBuilder()
                                .setSeccomp(SeccompInfo.newBuilder().setProfileName("mine")))),
                Arguments.of("'/at'", image().addVolumes(volume("/at", "../up"))),
                Arguments.of("'/a/../b'", image().addVolumes(volume("/a/../b", "/x"))),
                Arguments.of(
                        "'/at'", image().addVolumes(volume(Source.newBuilder().setType(Source.Type.CSI_VOLUME)))),
                Arguments.of(
                        "'/at'",
                        image().addVolumes(volume(Source.newBuilder()
                                .setType(Source.Type.SECRET)
                                .setSecret(Secret.newBuilder()
                                        .setReference(
                                                Secret.Reference.newBuilder().setName("n")))))),
                Arguments.of(
                        "mesos.image is missing",
                        ContainerInfo.newBuilder()
                                .setType(ContainerInfo.Type.MESOS)
                                .addVolumes(volume("/at", "/x"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void whatCannotBeDoneIsRefusedByName(String named, ContainerInfo.Builder info) {
        assertThat(ContainerPlan.of(info.build()).problem().orElseThrow()).contains(named);
    }

    @Test
    void noImageIsNoContainer() {
        var plain = ContainerInfo.newBuilder().setType(ContainerInfo.Type.MESOS).build();

        assertThat(ContainerPlan.of(plain).plan()).isEmpty();
        assertThat(ContainerPlan.of(plain).problem()).isEmpty();
    }

    @Test
    void secretsInTheSandboxNeedNoImage() {
        var at = ContainerInfo.newBuilder().setType(ContainerInfo.Type.MESOS).addVolumes(secret("in/here"));

        assertThat(ContainerPlan.of(at.build()).plan()).isEmpty();
        assertThat(ContainerPlan.of(at.build()).problem()).isEmpty();
        assertThat(ContainerPlan.of(at.build()).secrets())
                .extracting(s -> s.at())
                .containsExactly("in/here");
        assertThat(ContainerPlan.of(at.addVolumes(secret("/etc/there")).build()).problem())
                .hasValueSatisfying(why -> assertThat(why).contains("relative container_path"));
    }

    private static Volume secret(String at) {
        return Volume.newBuilder()
                .setContainerPath(at)
                .setMode(Volume.Mode.RO)
                .setSource(Source.newBuilder()
                        .setType(Source.Type.SECRET)
                        .setSecret(Secret.newBuilder()
                                .setValue(Secret.Value.newBuilder().setData(ByteString.copyFromUtf8("xyzzy")))))
                .build();
    }

    @Test
    void volumesAreOfTheHostTheSandboxOrSecret() {
        var plan = plan(image().addVolumes(volume("/a", "/host"))
                .addVolumes(volume("/b", "in/sandbox"))
                .addVolumes(volume(Source.newBuilder()
                        .setType(Source.Type.SECRET)
                        .setSecret(Secret.newBuilder()
                                .setValue(Secret.Value.newBuilder().setData(ByteString.copyFromUtf8("xyzzy")))))));

        assertThat(plan.mounts())
                .hasSize(3)
                .startsWith(
                        new ContainerPlan.Mount.Host("/host", "/a", true),
                        new ContainerPlan.Mount.Sandbox("in/sandbox", "/b", true));
        assertThat(plan.toString()).doesNotContain("xyzzy");
    }

    @Test
    void dockersWordsAreUnderstood() {
        var plan = plan(docker(d -> d.setNetwork(DockerInfo.Network.NONE)
                .addParameters(Parameter.newBuilder().setKey("read-only").setValue("true"))));

        assertThat(plan.image()).isEqualTo("busybox:1");
        assertThat(plan.ownNetwork()).isTrue();
        assertThat(plan.readOnly()).isTrue();
        assertThat(plan.shmMb()).isEqualTo(64);
    }

    @Test
    void capabilitiesHaveTheKernelsNames() {
        var wanted = CapabilityInfo.newBuilder()
                .addCapabilities(CapabilityInfo.Capability.NET_RAW)
                .addCapabilities(CapabilityInfo.Capability.CHOWN);

        assertThat(plan(image().setLinuxInfo(LinuxInfo.newBuilder().setEffectiveCapabilities(wanted)))
                        .capabilities())
                .containsExactly("CAP_CHOWN", "CAP_NET_RAW");
    }
}
