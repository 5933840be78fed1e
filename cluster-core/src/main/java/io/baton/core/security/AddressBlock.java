package io.baton.core.security;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * What counts as one client where there is a limit for each: an address of version 4, or the /64 that one of version 6
 * is in. A single host has all of its /64, and could use a new address each time.
 */
public final class AddressBlock {
    private static final int NETWORK_BYTES = 8;

    private AddressBlock() {}

    /** The address that stands for all of its block: of version 6 the first one. This host's own stays as it is. */
    public static InetAddress of(InetAddress address) {
        if (!(address instanceof Inet6Address) || address.isLoopbackAddress()) {
            return address;
        }
        var bytes = address.getAddress();
        Arrays.fill(bytes, NETWORK_BYTES, bytes.length, (byte) 0);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("an address of " + bytes.length + " bytes", e);
        }
    }
}
