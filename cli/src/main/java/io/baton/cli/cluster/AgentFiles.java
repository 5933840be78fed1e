package io.baton.cli.cluster;

import io.baton.v1.FileInfo;
import io.baton.v1.Task;
import io.baton.v1.agent.Call;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;

/** Files in the sandboxes of one agent. */
public final class AgentFiles {
    /**
     * Part of a file.
     *
     * @param size of the whole file
     */
    public record Part(long size, byte[] bytes) {}

    private final AgentApi api;

    /** @param agent such as {@code http://10.0.0.7:5051} */
    public AgentFiles(String agent, Login user) {
        api = new AgentApi(agent, user);
    }

    /** Where a command task's file is, for its agent. */
    public static String path(String agentId, String frameworkId, String taskId, String file) {
        return latest(agentId, frameworkId, taskId) + "/" + file;
    }

    private static String latest(String agentId, String frameworkId, String executorId) {
        return "/slaves/" + agentId + "/frameworks/" + frameworkId + "/executors/" + executorId + "/runs/latest";
    }

    /**
     * The directory that a task writes to. Tasks of a group have theirs in their executor's; those of a framework's own
     * executor have none, and what they write is that executor's.
     *
     * @throws IOException if the agent cannot be reached or refuses
     */
    public String sandbox(Task task) throws IOException {
        var taskId = task.getTaskId().getValue();
        var executor = task.getExecutorId().getValue();
        var own = executor.isEmpty() || executor.equals(taskId);
        var run = latest(task.getAgentId().getValue(), task.getFrameworkId().getValue(), own ? taskId : executor);
        if (own) {
            return run;
        }
        try {
            var member = run + "/tasks/" + taskId;
            list(member);
            return member;
        } catch (FileNotFoundException ofExecutor) {
            return run;
        }
    }

    /**
     * Reads some of a file.
     *
     * @param length at most; the agent may give less
     * @throws FileNotFoundException if there is no such file, perhaps not yet
     * @throws IOException if the agent cannot be reached or refuses
     */
    public Part read(String path, long offset, long length) throws IOException {
        var call = Call.newBuilder()
                .setType(Call.Type.READ_FILE)
                .setReadFile(Call.ReadFile.newBuilder()
                        .setPath(path)
                        .setOffset(offset)
                        .setLength(length));
        var file = api.ask(call, path).getReadFile();
        return new Part(file.getSize(), file.getData().toByteArray());
    }

    /**
     * What is in a directory.
     *
     * @throws FileNotFoundException if there is no such directory, perhaps not yet
     */
    public List<FileInfo> list(String path) throws IOException {
        var call = Call.newBuilder()
                .setType(Call.Type.LIST_FILES)
                .setListFiles(Call.ListFiles.newBuilder().setPath(path));
        return api.ask(call, path).getListFiles().getFileInfosList();
    }

    /** What went wrong, in a few words. */
    public static String reason(IOException failure) {
        return Cluster.reason(failure);
    }
}
