package io.baton.protocol.json;

import com.fasterxml.jackson.core.io.NumberOutput;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Pattern;

/** Numbers between Java and JSON, without trust in what a number looks like. */
final class JsonNumber {
    private static final Pattern GRAMMAR = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
    private static final int MAX_PLAIN_EXPONENT = 20;
    private static final int MIN_PLAIN_EXPONENT = -6;
    private static final int MAX_WHOLE_DIGITS = 20;

    private JsonNumber() {}

    /**
     * Writes a finite number with the fewest digits that read back as the same number.
     *
     * @return with a fraction always; with an exponent only beyond what people write in full
     */
    static String text(double value) {
        return plain(NumberOutput.toString(value, true));
    }

    /** As {@link #text(double)}. */
    static String text(float value) {
        return plain(NumberOutput.toString(value, true));
    }

    private static String plain(String text) {
        int e = text.indexOf('E');
        if (e < 0) {
            return text;
        }
        int exponent = Integer.parseInt(text, e + 1, text.length(), 10);
        if (exponent > MAX_PLAIN_EXPONENT || exponent < MIN_PLAIN_EXPONENT) {
            return text;
        }
        int start = text.charAt(0) == '-' ? 1 : 0;
        var digits = new StringBuilder(32)
                .append(text, start, start + 1)
                .append(text, start + 2, text.endsWith(".0E" + exponent) ? start + 2 : e);
        if (exponent < 0) {
            digits.insert(0, "0".repeat(-exponent)).insert(1, '.');
        } else {
            digits.append("0".repeat(Math.max(0, exponent + 2 - digits.length())));
            digits.insert(exponent + 1, '.');
        }
        return start == 1 ? digits.insert(0, '-').toString() : digits.toString();
    }

    /** Whether a text is one JSON number and nothing else. */
    static boolean isNumber(String text) {
        return text.length() <= MesosJson.MAX_NUMBER_LENGTH
                && GRAMMAR.matcher(text).matches();
    }

    /**
     * Reads an integer, cutting off a fraction, in time bounded by the length of the text whatever
     * its exponent says.
     *
     * @param text a JSON number
     * @return null when it has more digits than any integer field holds
     */
    static BigInteger whole(String text) {
        try {
            var number = new BigDecimal(text);
            long digits = (long) number.precision() - number.scale();
            if (number.signum() == 0 || digits <= 0) {
                return BigInteger.ZERO;
            }
            return digits > MAX_WHOLE_DIGITS ? null : number.toBigInteger();
        } catch (NumberFormatException e) {
            return beyondBigDecimal(text);
        }
    }

    /** An exponent that does not fit an int: next to nothing when negative, otherwise endless. */
    private static BigInteger beyondBigDecimal(String text) {
        return Double.parseDouble(text) == 0 ? BigInteger.ZERO : null;
    }
}
