package io.baton.distribution.node;

/** Which build this is. */
final class Version {
    /** Digits and dots only: some clients read each part as a number. */
    static final String DIGITS = digits(Version.class.getPackage().getImplementationVersion());

    private Version() {}

    static String digits(String version) {
        return version == null ? "0.1.0" : version.replaceFirst("[^0-9.].*", "");
    }
}
