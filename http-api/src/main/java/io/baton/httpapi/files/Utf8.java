package io.baton.httpapi.files;

/** Text that is cut anywhere. Pure. */
final class Utf8 {
    private static final int LONGEST = 4;

    private Utf8() {}

    /** How many bytes there are up to the last whole character; all of them if the end is no beginning of one. */
    static int wholeCharacters(byte[] bytes) {
        int end = bytes.length;
        for (int back = 1; back < LONGEST && back <= end; back++) {
            int b = bytes[end - back] & 0xff;
            if ((b & 0xc0) == 0x80) {
                continue;
            }
            int length = b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : b >= 0xc0 ? 2 : 1;
            boolean cut = length > back && end - back > 0;
            return cut ? end - back : end;
        }
        return end;
    }
}
