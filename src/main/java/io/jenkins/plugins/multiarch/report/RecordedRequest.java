package io.jenkins.plugins.multiarch.report;

import hudson.Util;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** What a {@code multiArchBuild} was asked for, as the build's record keeps it. */
@ExportedBean(defaultVisibility = 3)
public final class RecordedRequest {

    private final String image;
    private final String bakeTarget;
    private final LinkedHashMap<String, ArrayList<String>> parameters;

    /**
     * @param image what is to be built, {@code registry/repository:tag}
     * @param bakeTarget the target of a {@code multiArchBake} that it is for; empty for none
     * @param parameters the parameters of the step by name, without secrets; a map as {@code key=value}
     */
    public RecordedRequest(String image, String bakeTarget, Map<String, List<String>> parameters) {
        this.image = image;
        this.bakeTarget = bakeTarget;
        this.parameters = new LinkedHashMap<>();
        parameters.forEach((name, values) -> this.parameters.put(name, Truncation.lines(values)));
    }

    @Exported
    public String getImage() {
        return image;
    }

    /** The target of a {@code multiArchBake} that it is for; empty if it is for none. */
    @Exported
    public String getBakeTarget() {
        return Util.fixNull(bakeTarget);
    }

    /**
     * The parameters of the step that differ from their defaults, by name. Each is a list of texts: one for most, {@code
     * key=value} for each entry of a map. Of a secret there is the id alone.
     */
    @Exported
    public Map<String, List<String>> getParameters() {
        Map<String, List<String>> copy = new LinkedHashMap<>();
        parameters.forEach((name, values) -> copy.put(name, List.copyOf(values)));
        return copy;
    }
}
