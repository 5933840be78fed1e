package io.baton.sdk.offer;

/** Amounts as masters count them: three decimals, the rest is rounded away. */
final class Thousandths {
    private Thousandths() {}

    static long of(double amount) {
        return Math.round(amount * 1_000);
    }

    static double amount(long thousandths) {
        return thousandths / 1_000.0;
    }
}
