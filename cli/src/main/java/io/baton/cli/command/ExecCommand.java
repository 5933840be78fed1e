package io.baton.cli.command;

import io.baton.cli.cluster.AgentFiles;
import io.baton.cli.cluster.TaskChoice;
import io.baton.cli.cluster.TaskSession;
import io.baton.cli.terminal.CommandFailure;
import io.baton.cli.terminal.Keyboard;
import io.baton.cli.terminal.Shown;
import io.baton.cli.terminal.Terminal;
import io.baton.v1.CommandInfo;
import io.baton.v1.ContainerID;
import io.baton.v1.Environment;
import io.baton.v1.TTYInfo;
import io.baton.v1.Task;
import io.baton.v1.TaskStatus;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code baton exec}. */
@Command(
        name = "exec",
        description = "Run a command in the place of a running task: its directory, its container, its limits.",
        footer = {
            "",
            "  baton exec web-1 -- ls -l",
            "  baton exec -it web-1 -- sh",
            "Ends with the command's exit status. The command ends with the task, and when this one is ended."
        })
final class ExecCommand implements Callable<Integer> {
    private static final int CHUNK_BYTES = 8 << 10;
    private static final int UNKNOWN = 1;

    /** How often it is looked whether the window has another size. */
    private static final long RESIZE_MILLIS = 500;

    /** The end of the output and the answer about the end travel separately. */
    private static final long STATUS_SECONDS = 10;

    /** Between two questions how the command has ended, if the first was not answered. */
    private static final long ASK_AGAIN_MILLIS = 500;

    /** Most of them once there is no more output. */
    private static final int ASKS_AFTERWARDS = (int) (STATUS_SECONDS * 1_000 / ASK_AGAIN_MILLIS);

    /** When the way in is broken and the command has not ended by then, it does not end for want of input. */
    private static final long END_SECONDS = 3;

    private final Terminal terminal;
    private final InputStream in;

    @Mixin
    private MasterOption master;

    @Option(
            names = {"-i", "--interactive"},
            description = "Pass on what comes in here.")
    private boolean interactive;

    @Option(
            names = {"-t", "--tty"},
            description = "Give the command a terminal, as large as this one.")
    private boolean tty;

    @Parameters(index = "0", paramLabel = "TASK", description = "Id or unique prefix; FRAMEWORK/TASK to be exact.")
    private String given;

    @Parameters(index = "1..*", paramLabel = "COMMAND", arity = "1..*", description = "After --: what to run.")
    private List<String> command;

    /** @param in what the command hears, if it is to hear */
    ExecCommand(Terminal terminal, InputStream in) {
        this.terminal = terminal;
        this.in = in;
    }

    @Override
    public Integer call() throws InterruptedException {
        var cluster = master.cluster();
        var state = cluster.state();
        var user = cluster.login();
        var task = TaskChoice.of(given, TasksCommand.live(state.getGetTasks()));
        var agent = TaskAgents.url(state, task);
        try {
            if (!tty) {
                return run(
                        TaskSession.start(agent, user, containerOf(task), whatToRun(), Optional.empty()),
                        Optional.empty());
            }
            // Who passes nothing on keeps Ctrl-C to himself.
            try (var keyboard = interactive ? Keyboard.raw() : Keyboard.plain()) {
                var size = keyboard.size().orElse(TTYInfo.getDefaultInstance());
                return run(
                        TaskSession.start(agent, user, containerOf(task), whatToRun(), Optional.of(size)),
                        Optional.of(keyboard));
            }
        } catch (IOException e) {
            throw CommandFailure.failed(
                    "the connection to the task's agent at " + agent + " is broken: " + AgentFiles.reason(e)
                            + ". Is it up? See: baton agents",
                    e);
        }
    }

    private static ContainerID containerOf(Task task) {
        return task.getStatusesList().stream()
                .filter(status -> status.getContainerStatus().hasContainerId())
                .map(TaskStatus::getContainerStatus)
                .map(status -> status.getContainerId())
                .reduce((earlier, later) -> later)
                .orElseThrow(() -> CommandFailure.failed("task '"
                        + Shown.text(task.getTaskId().getValue())
                        + "' does not run: its agent has told of no container yet. See: baton tasks"));
    }

    /** Several words are a program and its arguments; a single one is a line of sh. */
    private CommandInfo whatToRun() {
        var out = CommandInfo.newBuilder().setShell(command.size() == 1).setValue(command.get(0));
        if (command.size() > 1) {
            out.addAllArguments(command);
        }
        var term = System.getenv("TERM");
        if (tty && term != null) {
            out.setEnvironment(Environment.newBuilder()
                    .addVariables(
                            Environment.Variable.newBuilder().setName("TERM").setValue(term)));
        }
        return out.build();
    }

    private int run(TaskSession session, Optional<Keyboard> keyboard) throws IOException, InterruptedException {
        var over = new CountDownLatch(1);
        var status = CompletableFuture.supplyAsync(() -> statusOf(session, over));
        var output = new CompletableFuture<Void>();
        try {
            if (interactive || keyboard.isPresent()) {
                var input = session.input();
                if (interactive) {
                    inBackground(() -> passOn(input, status, output));
                }
                keyboard.ifPresent(keys -> inBackground(() -> followSize(keys, input, over)));
            }
            inBackground(() -> show(session, output));
            await(output);
        } finally {
            over.countDown();
        }
        return status.completeOnTimeout(Optional.empty(), STATUS_SECONDS, TimeUnit.SECONDS)
                .join()
                .orElse(UNKNOWN);
    }

    private void show(TaskSession session, CompletableFuture<Void> output) {
        try {
            session.copyOutput(terminal.out(), terminal.err());
            output.complete(null);
        } catch (IOException | RuntimeException broken) {
            output.completeExceptionally(broken);
        }
    }

    private static void await(CompletableFuture<Void> output) throws IOException, InterruptedException {
        try {
            output.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException broken) {
                throw broken;
            }
            throw e.getCause() instanceof RuntimeException other ? other : new IllegalStateException(e);
        }
    }

    /** That the command has ended breaks the way in, too: then its output, which may take long to come, tells all. */
    private void passOn(
            TaskSession.Input input, CompletableFuture<Optional<Integer>> status, CompletableFuture<Void> output) {
        try {
            copyInput(input);
        } catch (IOException broken) {
            CompletableFuture.delayedExecutor(END_SECONDS, TimeUnit.SECONDS).execute(() -> {
                if (!status.isDone()) {
                    output.completeExceptionally(CommandFailure.failed(
                            "the input could not be passed on: " + AgentFiles.reason(broken), broken));
                }
            });
        }
    }

    /**
     * Waits for the end. What breaks off without telling of one is none: it is asked again, for as long as the command's
     * output goes on and for a while afterwards.
     *
     * @param over at nought when there is no more output
     */
    private static Optional<Integer> statusOf(TaskSession session, CountDownLatch over) {
        try {
            int left = ASKS_AFTERWARDS;
            while (left > 0) {
                left -= over.getCount() == 0 ? 1 : 0;
                try {
                    return session.exitStatus();
                } catch (IOException untold) {
                    TimeUnit.MILLISECONDS.sleep(ASK_AGAIN_MILLIS);
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        return Optional.empty();
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    /** What waits there for a key is no reason to stay. */
    private static void inBackground(Work work) {
        var thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException over) {
                // The command has ended, or its agent: the output tells.
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void copyInput(TaskSession.Input input) throws IOException {
        var chunk = new byte[CHUNK_BYTES];
        for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
            input.write(chunk, count);
        }
        input.write(chunk, 0);
    }

    private static void followSize(Keyboard keyboard, TaskSession.Input input, CountDownLatch over)
            throws IOException, InterruptedException {
        var last = keyboard.size();
        while (!over.await(RESIZE_MILLIS, TimeUnit.MILLISECONDS)) {
            var size = keyboard.size();
            if (size.isPresent() && !size.equals(last)) {
                last = size;
                input.resize(size.get());
            }
        }
    }
}
