package io.baton.executor.process;

/** Text for a POSIX shell to read back unchanged. */
final class ShellText {
    private ShellText() {}

    /** The text as one word, whatever is in it but NUL. */
    static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    /** Whether a shell can hold a variable of this name: letters, digits and underscores, no digit first. */
    static boolean isName(String text) {
        if (text.isEmpty() || Character.isDigit(text.charAt(0))) {
            return false;
        }
        return text.chars()
                .allMatch(c -> c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9');
    }
}
