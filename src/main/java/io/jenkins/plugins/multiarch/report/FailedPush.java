package io.jenkins.plugins.multiarch.report;

import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** An index that {@code pushManifestList} could not push, or not under all of its tags. */
@ExportedBean(defaultVisibility = 3)
public final class FailedPush {

    private final String image;
    private final String error;

    FailedPush(String image, String error) {
        this.image = image;
        this.error = Truncation.message(error);
    }

    /** What was asked for, {@code registry/repository:tag}. */
    @Exported
    public String getImage() {
        return image;
    }

    /** Why, in a sentence or two. */
    @Exported
    public String getError() {
        return error;
    }
}
