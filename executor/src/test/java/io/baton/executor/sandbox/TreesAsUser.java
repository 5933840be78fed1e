package io.baton.executor.sandbox;

import java.io.IOException;
import java.nio.file.Path;

/** Removes a tree in a process of its own, which may be another user's. */
final class TreesAsUser {
    private TreesAsUser() {}

    public static void main(String[] arguments) throws IOException {
        Trees.remove(Path.of(arguments[0]));
    }
}
