package io.baton.executor.fetch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where files may be fetched from. Pure.
 *
 * @param schemes of {@code http}, {@code https} and {@code file}
 * @param refused networks that nothing is fetched from
 */
public record FetchTargets(Set<String> schemes, List<Network> refused) {
    /** All that this agent can fetch. */
    public static final Set<String> SCHEMES = Set.of("http", "https", "file");

    private static final int BITS = 8;
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;

    /**
     * A range of addresses.
     *
     * @param bits how many of the address's first bits matter
     */
    public record Network(String text, List<Byte> address, int bits) {
        /** Whether the address, 4 or 16 bytes, is in it. IPv4 written as IPv6 counts as IPv4. */
        boolean contains(byte[] given) {
            var bytes = isMapped(given) ? Arrays.copyOfRange(given, IPV6_BYTES - IPV4_BYTES, IPV6_BYTES) : given;
            if (bytes.length != address.size()) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 1 << (BITS - 1 - bit % BITS);
                if ((bytes[bit / BITS] & mask) != (address.get(bit / BITS) & mask)) {
                    return false;
                }
            }
            return true;
        }

        private static boolean isMapped(byte[] bytes) {
            if (bytes.length != IPV6_BYTES) {
                return false;
            }
            for (int i = 0; i < IPV6_BYTES - IPV4_BYTES - 2; i++) {
                if (bytes[i] != 0) {
                    return false;
                }
            }
            return bytes[10] == -1 && bytes[11] == -1;
        }
    }

    public FetchTargets {
        schemes = Set.copyOf(schemes);
        refused = List.copyOf(refused);
    }

    /**
     * Reads {@code 10.0.0.0/8} or {@code fe80::/10}; without a slash it is one address.
     *
     * @param literal turns an address, never a name, into its bytes
     * @throws IllegalArgumentException saying what it is not
     */
    public static Network network(String text, java.util.function.Function<String, byte[]> literal) {
        var parts = text.split("/", -1);
        if (parts.length > 2 || !parts[0].matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
            throw new IllegalArgumentException("'" + text + "' is no network; write 10.0.0.0/8 or fe80::/10");
        }
        var address = literal.apply(parts[0]);
        int all = address.length * BITS;
        int bits = parts.length == 1 ? all : parts[1].matches("[0-9]{1,3}") ? Integer.parseInt(parts[1]) : all + 1;
        if (bits > all) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no network: a number of bits, 0 to " + all + ", follows the slash");
        }
        var bytes = new ArrayList<Byte>();
        for (byte b : address) {
            bytes.add(b);
        }
        return new Network(text, List.copyOf(bytes), bits);
    }

    /** Why nothing is fetched by this scheme. */
    public Optional<String> refusalOfScheme(String scheme) {
        return schemes.contains(scheme)
                ? Optional.empty()
                : Optional.of("this agent does not fetch by '" + scheme + "' (baton.agent.fetch.schemes)");
    }

    /** Why nothing is fetched from this address. */
    public Optional<String> refusalOf(String host, byte[] address) {
        return refused.stream()
                .filter(network -> network.contains(address))
                .findFirst()
                .map(network -> "this agent does not fetch from '" + host + "', which is in " + network.text()
                        + " (baton.agent.fetch.refused-networks)");
    }
}
