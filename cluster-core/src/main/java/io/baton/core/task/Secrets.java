package io.baton.core.task;

import com.google.protobuf.ByteString;
import io.baton.v1.ContainerInfo;
import io.baton.v1.Environment;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.Secret;
import io.baton.v1.Volume;

/** Takes the secrets out of what is shown to people. Pure. */
public final class Secrets {
    private static final ByteString HIDDEN = ByteString.copyFromUtf8("***");

    private Secrets() {}

    /** The same container, whose secrets say nothing. */
    public static ContainerInfo hidden(ContainerInfo info) {
        boolean any = info.getVolumesList().stream().anyMatch(v -> v.getSource().hasSecret())
                || info.getMesos().getImage().getDocker().hasConfig();
        return any ? with(info.toBuilder()).build() : info;
    }

    private static ContainerInfo.Builder with(ContainerInfo.Builder info) {
        for (Volume.Builder volume : info.getVolumesBuilderList()) {
            if (volume.getSource().hasSecret()) {
                hide(volume.getSourceBuilder().getSecretBuilder());
            }
        }
        if (info.getMesos().getImage().getDocker().hasConfig()) {
            hide(info.getMesosBuilder().getImageBuilder().getDockerBuilder().getConfigBuilder());
        }
        return info;
    }

    /** The same executor, whose variables and container say nothing that is secret. */
    public static ExecutorInfo hidden(ExecutorInfo info) {
        var out = info.toBuilder();
        if (info.hasContainer()) {
            out.setContainer(hidden(info.getContainer()));
        }
        if (info.getCommand().hasEnvironment()) {
            for (Environment.Variable.Builder variable :
                    out.getCommandBuilder().getEnvironmentBuilder().getVariablesBuilderList()) {
                if (variable.hasSecret()) {
                    hide(variable.getSecretBuilder());
                }
            }
        }
        return out.build();
    }

    private static void hide(Secret.Builder secret) {
        if (secret.hasValue()) {
            secret.getValueBuilder().setData(HIDDEN);
        }
    }
}
