package io.baton.cli.terminal;

import io.baton.v1.TTYInfo;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The terminal at which the user sits, by stty(1): how large it is, and every key to whom we talk to. */
public final class Keyboard implements AutoCloseable {
    private static final File TERMINAL = new File("/dev/tty");

    private final String before;
    private final Thread atExit = new Thread(this::restore);

    private Keyboard(String before) {
        this.before = before;
    }

    /**
     * Leaves the terminal as it is: Ctrl-C ends this process.
     *
     * @throws CommandFailure if there is no terminal
     */
    public static Keyboard plain() {
        return open();
    }

    /**
     * Passes on all keys as they are typed, Ctrl-C too, until this is closed.
     *
     * @throws CommandFailure if there is no terminal
     */
    public static Keyboard raw() {
        var keyboard = open();
        stty("raw", "-echo");
        return keyboard;
    }

    private static Keyboard open() {
        var before = stty("-g")
                .orElseThrow(
                        () -> CommandFailure.usage("--tty needs a terminal, and there is none here: leave it out"));
        var keyboard = new Keyboard(before);
        Runtime.getRuntime().addShutdownHook(keyboard.atExit);
        return keyboard;
    }

    /** How large it is now. */
    public Optional<TTYInfo> size() {
        return stty("size").flatMap(Keyboard::parse);
    }

    static Optional<TTYInfo> parse(String size) {
        var words = size.split(" ");
        return size.matches("[0-9]{1,5} [0-9]{1,5}")
                ? Optional.of(TTYInfo.newBuilder()
                        .setWindowSize(TTYInfo.WindowSize.newBuilder()
                                .setRows(Integer.parseInt(words[0]))
                                .setColumns(Integer.parseInt(words[1])))
                        .build())
                : Optional.empty();
    }

    private static Optional<String> stty(String... arguments) {
        var command = new ArrayList<>(List.of("stty"));
        command.addAll(List.of(arguments));
        try {
            var stty = new ProcessBuilder(command)
                    .redirectInput(TERMINAL)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (var words = stty.getInputStream()) {
                var said = new String(words.readAllBytes(), StandardCharsets.US_ASCII).strip();
                return stty.waitFor() == 0 ? Optional.of(said) : Optional.empty();
            }
        } catch (IOException none) {
            return Optional.empty();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private void restore() {
        stty(before);
    }

    @Override
    public void close() {
        restore();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException ending) {
            // The hook has run, or is about to: once more does no harm.
        }
    }
}
