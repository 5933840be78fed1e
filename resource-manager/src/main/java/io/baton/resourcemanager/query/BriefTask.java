package io.baton.resourcemanager.query;

import io.baton.v1.Task;
import io.baton.v1.TaskStatus;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Tasks of which less is told than is known, where all of it would be too much: what they are and how they stand is
 * told of each, what their schedulers wrote beside it only where there is room.
 *
 * <p>Pure.
 */
final class BriefTask {
    /** Characters of a name, of a user and of a status's message that are left. */
    private static final int TEXT = 1000;

    private BriefTask() {}

    /** The task itself if it has so many bytes at most, else as much of it as has. */
    static Task atMost(int bytes, Task task) {
        if (task.getSerializedSize() <= bytes) {
            return task;
        }
        var brief = brief(task);
        return brief.getSerializedSize() <= bytes ? brief : bare(task);
    }

    /** The same tasks, as much of each as lets all of them together have so many bytes at most, if that can be. */
    static List<Task> atMost(int bytes, List<Task> tasks) {
        if (bytes(tasks) <= bytes) {
            return tasks;
        }
        var brief = each(tasks, BriefTask::brief);
        return bytes(brief) <= bytes ? brief : each(tasks, BriefTask::bare);
    }

    static long bytes(List<Task> tasks) {
        return tasks.stream().mapToLong(Task::getSerializedSize).sum();
    }

    private static List<Task> each(List<Task> tasks, UnaryOperator<Task> less) {
        return tasks.stream().map(less).toList();
    }

    /** Without what the scheduler describes it by. */
    private static Task brief(Task task) {
        var out = task.toBuilder()
                .setName(cut(task.getName()))
                .clearLabels()
                .clearDiscovery()
                .clearContainer()
                .clearHealthCheck()
                .clearStatuses()
                .addAllStatuses(
                        task.getStatusesList().stream().map(BriefTask::brief).toList());
        if (task.hasUser()) {
            out.setUser(cut(task.getUser()));
        }
        return out.build();
    }

    private static TaskStatus brief(TaskStatus status) {
        var out = status.toBuilder()
                .clearData()
                .clearLabels()
                .clearCheckStatus()
                .clearContainerStatus()
                .clearLimitation();
        if (status.hasMessage()) {
            out.setMessage(cut(status.getMessage()));
        }
        return out.build();
    }

    private static String cut(String text) {
        return text.length() <= TEXT ? text : text.substring(0, TEXT);
    }

    /** Which one it is, and its state. */
    private static Task bare(Task task) {
        var out = Task.newBuilder()
                .setName("")
                .setTaskId(task.getTaskId())
                .setFrameworkId(task.getFrameworkId())
                .setAgentId(task.getAgentId())
                .setState(task.getState());
        if (task.hasExecutorId()) {
            out.setExecutorId(task.getExecutorId());
        }
        if (task.hasStatusUpdateUuid()) {
            out.setStatusUpdateState(task.getStatusUpdateState()).setStatusUpdateUuid(task.getStatusUpdateUuid());
        }
        return out.build();
    }
}
