package io.jenkins.plugins.multiarch.engine.build;

/**
 * A platform image in a file, in the form of {@code docker save}, which all build tools write: {@code manifest.json} names its
 * configuration and its layers. It hands an image to builds on top of it where no registry does.
 *
 * @param place path of the file on the machine that builds; on the way there, what it is kept under
 */
public record ImageArchive(String place) {

    /** The file in it that names the others. */
    static final String LIST = "manifest.json";

    /** What containers/image calls this form, and by which one is known among build contexts. */
    private static final String TRANSPORT = "docker-archive:";

    /** Whether a build context is an image in a file. */
    public static boolean isOne(String context) {
        return context.startsWith(TRANSPORT);
    }

    /** The one that a build context is. */
    public static ImageArchive of(String context) {
        return new ImageArchive(context.substring(TRANSPORT.length()));
    }

    /** As a build context. */
    public String context() {
        return TRANSPORT + place;
    }
}
