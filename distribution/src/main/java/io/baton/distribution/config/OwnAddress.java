package io.baton.distribution.config;

import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The address under which others reach this host. The host's name does not tell: on a stock Debian it leads to
 * 127.0.1.1.
 */
final class OwnAddress {
    /** Nobody is asked: connecting a datagram socket only looks up the route. */
    private static final byte[] FAR_AWAY = {8, 8, 8, 8};

    private static final int ANY_PORT = 53;

    private OwnAddress() {}

    /**
     * That of the way out of this host; where there is none, the first of an interface that is up; else loopback.
     *
     * @param six whether an IPv6 address will do where there is no other
     */
    static String find(boolean six) {
        return wayOut().or(() -> best(interfaces(), six))
                .map(InetAddress::getHostAddress)
                .orElse("127.0.0.1");
    }

    private static Optional<InetAddress> wayOut() {
        try (var socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(InetAddress.getByAddress(FAR_AWAY), ANY_PORT));
            return Optional.of(socket.getLocalAddress()).filter(OwnAddress::isReal);
        } catch (SocketException | UnknownHostException | UncheckedIOException offline) {
            return Optional.empty();
        }
    }

    private static List<InetAddress> interfaces() {
        var out = new ArrayList<InetAddress>();
        try {
            var all = Collections.list(NetworkInterface.getNetworkInterfaces());
            all.sort(Comparator.comparingInt(NetworkInterface::getIndex));
            for (var one : all) {
                if (one.isUp() && !one.isLoopback()) {
                    out.addAll(Collections.list(one.getInetAddresses()));
                }
            }
        } catch (SocketException unknown) {
            return out;
        }
        return out;
    }

    /** The first IPv4 address that others could use, else an IPv6 one if that will do. */
    static Optional<InetAddress> best(List<InetAddress> addresses, boolean six) {
        var real = addresses.stream().filter(OwnAddress::isReal).toList();
        return real.stream().filter(Inet4Address.class::isInstance).findFirst().or(() -> real.stream()
                .filter(a -> six)
                .findFirst());
    }

    /**
     * Whether a name or address leads to a process of this host that listens there. A name that leads to loopback is this
     * host's own, wherever else others see it.
     */
    static boolean isMeantBy(String name, String listening) {
        try {
            var at = InetAddress.getByName(listening);
            return Stream.of(InetAddress.getAllByName(name))
                    .anyMatch(address -> at.isAnyLocalAddress()
                            ? isOwn(address)
                            : address.equals(at) || address.isLoopbackAddress() && !at.isLoopbackAddress());
        } catch (UnknownHostException unknown) {
            return false;
        }
    }

    private static boolean isOwn(InetAddress address) {
        try {
            return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException unknown) {
            return false;
        }
    }

    private static boolean isReal(InetAddress address) {
        return !address.isLoopbackAddress() && !address.isAnyLocalAddress() && !address.isLinkLocalAddress();
    }
}
