package io.jenkins.plugins.multiarch.engine.access;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What {@code NO_PROXY} names, separated by commas or blanks, each with or without a port: {@code *}; an IP address or a range
 * of them ({@code 10.0.0.0/8}); a host with all hosts below it ({@code corp.example}); only the hosts below it
 * ({@code .corp.example}, {@code *.corp.example}).
 */
final class ProxyExceptions {

    private static final Pattern IP = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final int BITS = 8;

    private final List<Entry> entries;

    private ProxyExceptions(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /**
     * One of them.
     *
     * @param name a host, in lower case; with a dot before it if it stands only for those below it
     * @param network the address, or that of the range; null if it is a name
     * @param prefix how many bits of the address count
     * @param port empty for any
     */
    private record Entry(String name, byte[] network, int prefix, String port) {

        boolean matches(String host, Optional<byte[]> address, int wanted) {
            if (!port.isEmpty() && !port.equals(String.valueOf(wanted))) {
                return false;
            }
            if (network != null) {
                return address.isPresent() && isInside(address.get());
            }
            String below = name.startsWith(".") ? name : "." + name;
            return name.equals("*") || host.equals(name) || host.endsWith(below);
        }

        private boolean isInside(byte[] address) {
            if (address.length != network.length) {
                return false;
            }
            for (int bit = 0; bit < prefix; bit++) {
                int mask = 0x80 >> bit % BITS;
                if ((address[bit / BITS] & mask) != (network[bit / BITS] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Reads the variable; what is malformed in it counts for nothing, as the tools have it. */
    static ProxyExceptions parse(String text) {
        List<Entry> entries = new ArrayList<>();
        for (String part : text.toLowerCase(Locale.ROOT).split("[,\\s]+")) {
            if (!part.isEmpty()) {
                entry(part).ifPresent(entries::add);
            }
        }
        return new ProxyExceptions(entries);
    }

    private static Optional<Entry> entry(String part) {
        String port = "";
        String name = part;
        int colon = part.lastIndexOf(':');
        boolean isBare = part.indexOf(':') == colon || part.contains("]:");
        if (colon >= 0 && isBare && part.substring(colon + 1).matches("[0-9]{1,5}")) {
            port = part.substring(colon + 1);
            name = part.substring(0, colon);
        }
        String[] range = name.split("/", -1);
        Optional<byte[]> network = address(range[0]);
        if (network.isEmpty()) {
            String host = name.startsWith("*.") ? name.substring(1) : name;
            return Optional.of(new Entry(host, null, 0, port));
        }
        int most = network.get().length * BITS;
        if (range.length == 1) {
            return Optional.of(new Entry(name, network.get(), most, port));
        }
        boolean isRange = range.length == 2 && range[1].matches("[0-9]{1,3}") && Integer.parseInt(range[1]) <= most;
        return isRange
                ? Optional.of(new Entry(name, network.get(), Integer.parseInt(range[1]), port))
                : Optional.empty();
    }

    /** The address, if it is one and no name; names are never looked up for this. */
    private static Optional<byte[]> address(String host) {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        if (!IP.matcher(bare).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(bare).getAddress());
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    /** Whether a host is reached without a proxy. */
    boolean contain(String host, int port) {
        String lower = host.toLowerCase(Locale.ROOT).replaceFirst("\\.$", "");
        Optional<byte[]> address = address(lower);
        return isThisMachine(lower, address) || entries.stream().anyMatch(entry -> entry.matches(lower, address, port));
    }

    private static boolean isThisMachine(String host, Optional<byte[]> address) {
        if (address.isEmpty()) {
            return host.equals("localhost");
        }
        try {
            return InetAddress.getByAddress(address.get()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
