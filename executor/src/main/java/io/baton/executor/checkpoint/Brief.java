package io.baton.executor.checkpoint;

import io.baton.v1.ExecutorInfo;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Resource;
import io.baton.v1.TaskStatus;

/** What is kept of descriptions when not all of them can be: enough to know what they speak of. Pure. */
public final class Brief {
    /** Labels of a framework beyond this are not kept: each registration and each record of a task would carry them. */
    static final int MAX_FRAMEWORK_LABEL_BYTES = 8 << 10;

    /** What is larger is cut. */
    static final int MAX_BYTES = 4 << 10;

    private static final int MAX_MESSAGE = 1 << 10;

    private Brief() {}

    /** A framework without its labels, if these are long: masters have them from its scheduler. */
    public static FrameworkInfo of(FrameworkInfo framework) {
        return framework.getLabels().getSerializedSize() <= MAX_FRAMEWORK_LABEL_BYTES
                ? framework
                : framework.toBuilder().clearLabels().build();
    }

    /** An update without its data and, if it is still long, without most of its texts. */
    public static TaskStatus of(TaskStatus status) {
        var out = status.hasData() ? status.toBuilder().clearData().build() : status;
        if (out.getSerializedSize() <= MAX_BYTES) {
            return out;
        }
        var brief = out.toBuilder().clearLabels().clearContainerStatus();
        if (brief.getMessage().length() > MAX_MESSAGE) {
            brief.setMessage(brief.getMessage().substring(0, MAX_MESSAGE) + "...");
        }
        return brief.build();
    }

    /** An executor that is over, without its data and, if it is still long, without what it was to run. */
    static ExecutorInfo of(ExecutorInfo executor) {
        var out = executor.hasData() ? executor.toBuilder().clearData().build() : executor;
        if (out.getSerializedSize() <= MAX_BYTES) {
            return out;
        }
        var brief = ExecutorInfo.newBuilder().setType(executor.getType()).setExecutorId(executor.getExecutorId());
        if (executor.hasFrameworkId()) {
            brief.setFrameworkId(executor.getFrameworkId());
        }
        if (executor.hasName() && executor.getName().length() <= MAX_MESSAGE) {
            brief.setName(executor.getName());
        }
        int resources = executor.getResourcesList().stream()
                .mapToInt(Resource::getSerializedSize)
                .sum();
        if (resources <= MAX_BYTES) {
            brief.addAllResources(executor.getResourcesList());
        }
        return brief.build();
    }
}
