package io.baton.cli.terminal;

/** Green for what is well, red for what someone should look at, yellow for what is on its way. */
final class StateColour {
    private static final String RESET = "\u001b[0m";

    private StateColour() {}

    static String paint(String state) {
        var colour = code(state);
        return colour.isEmpty() ? state : colour + state + RESET;
    }

    private static String code(String state) {
        return switch (state) {
            case "RUNNING", "ACTIVE" -> "\u001b[32m";
            case "FAILED", "ERROR", "LOST", "DROPPED", "GONE", "UNREACHABLE" -> "\u001b[31m";
            case "STAGING", "STARTING", "KILLING", "INACTIVE", "DISCONNECTED" -> "\u001b[33m";
            default -> "";
        };
    }
}
