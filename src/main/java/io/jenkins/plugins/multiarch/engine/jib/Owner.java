package io.jenkins.plugins.multiarch.engine.jib;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/** Who owns a file, by numbers from 0 to {@link #MOST}. */
record Owner(long uid, long gid) {

    /** 2^32 - 2: in Linux, the number after it stands for no user at all. */
    static final long MOST = 4_294_967_294L;

    static final Owner ROOT = new Owner(0, 0);

    /** Whether it can be the number of a user or a group. */
    static boolean isId(long number) {
        return number >= 0 && number <= MOST;
    }

    /**
     * The owner of something in an archive.
     *
     * @throws IllegalArgumentException if Linux has no such user or group; the message names both
     */
    static Owner of(TarArchiveEntry entry) {
        Owner owner = new Owner(entry.getLongUserId(), entry.getLongGroupId());
        if (!isId(owner.uid()) || !isId(owner.gid())) {
            throw new IllegalArgumentException("reads an archive with '" + entry.getName() + "' of user " + owner.uid()
                    + " and group " + owner.gid() + ", which must be from 0 to " + MOST + ". Pack it anew");
        }
        return owner;
    }
}
