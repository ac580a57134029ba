package io.jenkins.plugins.multiarch.engine.jib;

import java.util.Optional;

/**
 * The users and groups of an image.
 *
 * @param passwd the content of its {@code /etc/passwd}; empty if it has none
 * @param group the content of its {@code /etc/group}; empty if it has none
 */
record Accounts(String passwd, String group) {

    static final Accounts NONE = new Accounts("", "");

    /** Whether {@link #owner} looks anything up. */
    static boolean areNeeded(String text) {
        return !text.matches("(-?[0-9]+)?(:(-?[0-9]+)?)?");
    }

    /**
     * Reads {@code user[:group]}, each a number or a name. Without a group it is the user's number, as with docker.
     *
     * @throws IllegalArgumentException if there is no such user or group
     */
    Owner owner(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length > 2 || text.isEmpty()) {
            throw new IllegalArgumentException("'" + text + "' is not user:group");
        }
        long uid = id(parts[0], passwd, "user", "/etc/passwd");
        boolean hasGroup = parts.length == 2 && !parts[1].isEmpty();
        long gid = hasGroup ? id(parts[1], group, "group", "/etc/group") : isNumber(parts[0]) ? uid : groupOf(parts[0]);
        return new Owner(uid, gid);
    }

    private static boolean isNumber(String text) {
        return text.matches("-?[0-9]+");
    }

    private static long id(String name, String file, String what, String path) {
        if (name.isEmpty()) {
            return 0;
        }
        return isNumber(name)
                ? number(name)
                        .orElseThrow(() -> new IllegalArgumentException("has the " + what + " " + name
                                + ", but Linux knows numbers from 0 to " + Owner.MOST + ". Choose one of them"))
                : field(file, name, 2)
                        .orElseThrow(() -> new IllegalArgumentException("names the " + what + " '" + name
                                + "', which the image does not have in " + path + ". Use its number"));
    }

    private static Optional<Long> number(String digits) {
        try {
            return Optional.of(Long.valueOf(digits)).filter(Owner::isId);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private long groupOf(String user) {
        return field(passwd, user, 3).orElse(0L);
    }

    private static Optional<Long> field(String file, String name, int index) {
        return file.lines()
                .map(line -> line.split(":", -1))
                .filter(fields -> fields.length > index && fields[0].equals(name))
                .flatMap(fields -> number(fields[index]).stream())
                .findFirst();
    }
}
