package io.baton.cli.terminal;

import java.nio.file.Files;
import java.nio.file.Path;

/** Takes the terminal it is started at, says so by a file, and gives it back at the end: {@code KeyboardMain FILE [waits]}. */
final class KeyboardMain {
    private KeyboardMain() {}

    public static void main(String[] arguments) throws Exception {
        try (var keyboard = Keyboard.raw()) {
            var size = keyboard.size().orElseThrow().getWindowSize();
            Files.writeString(Path.of(arguments[0]), size.getRows() + "x" + size.getColumns());
            if (arguments.length > 1) {
                Thread.currentThread().join();
            }
        }
    }
}
