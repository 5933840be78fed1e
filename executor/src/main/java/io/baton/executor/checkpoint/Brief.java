package io.baton.executor.checkpoint;

import io.baton.v1.ExecutorInfo;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Resource;
import io.baton.v1.TaskStatus;
import java.nio.charset.StandardCharsets;

/** What is kept of descriptions when not all of them can be: enough to know what they speak of. Pure. */
public final class Brief {
    /** Labels of a framework beyond this are not kept: each registration and each record of a task would carry them. */
    static final int MAX_FRAMEWORK_LABEL_BYTES = 8 << 10;

    /** What is larger is cut. */
    static final int MAX_BYTES = 4 << 10;

    private static final int MAX_MESSAGE = 1 << 10;

    /**
     * What is larger is cut on a full disk, where {@link Journal#RESERVE_BYTES_PER_TASK} is for the end of a task, with what the
     * agent knows of its container, for its ids, and for two other records.
     */
    private static final int LEAST_BYTES = 1 << 10;

    private static final int LEAST_MESSAGE_BYTES = 512;

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

    /** The same for a disk that is full: an update without all that is not needed to know what has become of the task. */
    public static TaskStatus least(TaskStatus status) {
        var out = status.hasData() ? status.toBuilder().clearData().build() : status;
        if (out.getSerializedSize() <= LEAST_BYTES) {
            return out;
        }
        var least = TaskStatus.newBuilder().setTaskId(status.getTaskId()).setState(status.getState());
        if (status.hasSource()) {
            least.setSource(status.getSource());
        }
        if (status.hasUuid()) {
            least.setUuid(status.getUuid());
        }
        if (status.hasTimestamp()) {
            least.setTimestamp(status.getTimestamp());
        }
        if (status.hasReason()) {
            least.setReason(status.getReason());
        }
        if (status.hasHealthy()) {
            least.setHealthy(status.getHealthy());
        }
        if (status.hasMessage()) {
            least.setMessage(cut(status.getMessage()));
        }
        return least.build();
    }

    private static String cut(String text) {
        int bytes = 0;
        int end = 0;
        while (end < text.length()) {
            int letter = text.codePointAt(end);
            bytes += Character.toString(letter).getBytes(StandardCharsets.UTF_8).length;
            if (bytes > LEAST_MESSAGE_BYTES) {
                return text.substring(0, end) + "...";
            }
            end += Character.charCount(letter);
        }
        return text;
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
