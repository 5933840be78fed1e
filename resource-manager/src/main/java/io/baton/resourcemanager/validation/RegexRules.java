package io.baton.resourcemanager.validation;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.baton.core.id.IdRules;
import java.util.Optional;

/**
 * Which regular expressions a scheduler may give (Mesos v1: {@code RE2Limits}). The library has no limit of its own for
 * repeats in repeats: it writes all of them out, and {@code ((a{1000}){1000}){1000}} takes all memory there is.
 */
public final class RegexRules {
    /** Largest program, as in Mesos. */
    public static final int MAX_PROGRAM = 100;

    /** Most characters that are shown in a message. */
    static final int MAX_LENGTH = 4096;

    /** Most steps that repeats may come to by {@link #roughSize}; beyond, the library is not asked. */
    static final int MAX_ROUGH_SIZE = 1000;

    /** Of one character or class, or of what was there before: a group ends with {@code )}, an empty quote with \E. */
    private static final Pattern REPEAT = Pattern.compile("(\\)|\\\\E)?\\{([0-9]{1,4})(?:,([0-9]{0,4}))?\\}");

    private RegexRules() {}

    /** What is wrong with a regular expression, if anything. */
    public static Optional<String> problemOf(String regex) {
        if (regex.length() > MAX_LENGTH) {
            return Optional.of("An offer constraint's regular expression is longer than " + MAX_LENGTH + " characters");
        }
        if (roughSize(regex) > MAX_ROUGH_SIZE) {
            return tooComplex(
                    regex, "it has more than " + MAX_ROUGH_SIZE + " characters when its repeats are written out");
        }
        try {
            int size = Pattern.compile(regex).programSize();
            return size > MAX_PROGRAM
                    ? tooComplex(
                            regex, "program size of " + size + " is larger than maximum of " + MAX_PROGRAM + " allowed")
                    : Optional.empty();
        } catch (PatternSyntaxException wrong) {
            return Optional.of("An offer constraint's regular expression is invalid: " + wrong.getDescription());
        }
    }

    private static Optional<String> tooComplex(String regex, String why) {
        return Optional.of("Regex '" + IdRules.printable(regex) + "' is too complex: " + why);
    }

    /**
     * What a regular expression may come to when its repeats are written out. Never too low, whatever is quoted or nested
     * in it: each repeat of a group counts for the whole.
     */
    static long roughSize(String regex) {
        long single = regex.length();
        long groups = 1;
        var repeats = REPEAT.matcher(regex);
        while (repeats.find()) {
            long times = Math.max(1, Math.max(number(repeats.group(2)), number(repeats.group(3))));
            if (repeats.group(1) == null) {
                single += times;
            } else {
                groups = Math.min(groups * times, MAX_ROUGH_SIZE + 1);
            }
        }
        return single * groups;
    }

    private static int number(String digits) {
        return digits == null || digits.isEmpty() ? 0 : Integer.parseInt(digits);
    }
}
