package io.baton.resourcemanager.validation;

import io.baton.core.id.IdRules;

/**
 * What somebody else has written, where it is repeated: cut. What is wrong with a call is told for each of its tasks, of
 * which there may be very many, so that a long name in it would become as many long texts.
 *
 * <p>Pure.
 */
public final class ForeignText {
    /** What is longer than an id may be is shown so far, in characters. */
    public static final int MOST_OF_ID = 64;

    /** Resources are shown so far. */
    public static final int MOST_OF_RESOURCES = 512;

    /** Why a whole call, or a whole group of tasks, is refused is told so far. */
    public static final int MOST_OF_REASON = 1024;

    private ForeignText() {}

    /** An id that somebody names, whether or not it can be one. */
    public static String id(String named) {
        return named.length() <= IdRules.MAX_LENGTH
                ? IdRules.printable(named)
                : IdRules.printable(cut(named, MOST_OF_ID));
    }

    /** Resources as text. */
    public static String resources(Object resources) {
        return cut(resources.toString(), MOST_OF_RESOURCES);
    }

    /** Why something is refused. */
    public static String reason(String why) {
        return cut(why, MOST_OF_REASON);
    }

    /** Not within a character of two halves. */
    private static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
        return text.substring(0, end) + "... (" + text.length() + " characters)";
    }
}
