package io.jenkins.plugins.multiarch.report;

import hudson.Util;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** An index that {@code pushManifestList} could not push, or not under all of its tags. */
@ExportedBean(defaultVisibility = 3)
public final class FailedPush {

    private final String image;
    private final String error;

    /** Null in records that an older version has saved. */
    private final String bakeTarget;

    /** @param bakeTarget the target of a {@code multiArchBake} that it is of; empty for none */
    FailedPush(String image, String bakeTarget, String error) {
        this.image = image;
        this.bakeTarget = bakeTarget;
        this.error = Truncation.message(error);
    }

    /** What was asked for, {@code registry/repository:tag}. */
    @Exported
    public String getImage() {
        return image;
    }

    /** The target of a {@code multiArchBake} that it is of; empty if it is of none. */
    @Exported
    public String getBakeTarget() {
        return Util.fixNull(bakeTarget);
    }

    /** Why, in a sentence or two. */
    @Exported
    public String getError() {
        return error;
    }
}
