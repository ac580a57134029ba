package io.jenkins.plugins.multiarch.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** A target of a {@code multiArchBake} as it was planned, as the build's record keeps it. */
@ExportedBean(defaultVisibility = 3)
public final class RecordedTarget {

    private final String name;
    private final ArrayList<String> platforms;
    private final ArrayList<String> references;

    /**
     * @param platforms what it is to be built for
     * @param references what it is to be published as, each {@code registry/repository:tag}; empty if it is not
     */
    public RecordedTarget(String name, Collection<String> platforms, Collection<String> references) {
        this.name = name;
        this.platforms = new ArrayList<>(new LinkedHashSet<>(platforms));
        this.references = new ArrayList<>(new LinkedHashSet<>(references));
    }

    /** The same with what another {@code multiArchBake} of the run has planned for it. */
    RecordedTarget with(RecordedTarget other) {
        List<String> allPlatforms = new ArrayList<>(platforms);
        allPlatforms.addAll(other.platforms);
        List<String> allReferences = new ArrayList<>(references);
        allReferences.addAll(other.references);
        return new RecordedTarget(name, allPlatforms, allReferences);
    }

    boolean isPublishedAs(String repository, Collection<String> tags) {
        return tags.stream().map(tag -> repository + ":" + tag).anyMatch(references::contains);
    }

    @Exported
    public String getName() {
        return name;
    }

    @Exported
    public List<String> getPlatforms() {
        return List.copyOf(platforms);
    }

    /** What it is to be published as, each {@code registry/repository:tag}; empty if it is not. */
    @Exported
    public List<String> getReferences() {
        return List.copyOf(references);
    }
}
