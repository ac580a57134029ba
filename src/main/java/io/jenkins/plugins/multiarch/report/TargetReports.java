package io.jenkins.plugins.multiarch.report;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The targets that a run has built by {@code multiArchBake}; for pages. */
public final class TargetReports {

    /** More are too many to be read one after the other. */
    static final int FEW = 5;

    private final List<TargetReport> targets;

    private TargetReports(List<TargetReport> targets) {
        this.targets = targets;
    }

    /** Those that were planned, in that order; a target may be known by its platforms alone. */
    static TargetReports of(MultiArchBuildAction action) {
        Map<String, ImageReport> reports = new LinkedHashMap<>();
        ImageReport.ofTargets(action).forEach(report -> reports.put(report.getName(), report));
        List<TargetReport> targets = new ArrayList<>();
        for (RecordedTarget target : action.getTargets()) {
            ImageReport report = reports.remove(target.getName());
            targets.add(new TargetReport(target, report == null ? new ImageReport(target.getName()) : report));
        }
        reports.forEach((name, report) ->
                targets.add(new TargetReport(new RecordedTarget(name, List.of(), List.of()), report)));
        return new TargetReports(targets);
    }

    public List<TargetReport> getAll() {
        return List.copyOf(targets);
    }

    public boolean isEmpty() {
        return targets.isEmpty();
    }

    public int getCount() {
        return targets.size();
    }

    /** Whether a page needs an overview of them. */
    public boolean isMany() {
        return targets.size() > FEW;
    }

    /** Those that a short list on a page has: all if they are few, else those that failed. */
    public List<TargetReport> getNotable() {
        return isMany() ? targets.stream().filter(TargetReport::isFailed).toList() : getAll();
    }

    /** How many there are of each state. */
    public String getStateText() {
        Map<TargetState, Integer> counts = new EnumMap<>(TargetState.class);
        targets.forEach(target -> counts.merge(target.getState(), 1, Integer::sum));
        return counts.entrySet().stream()
                .map(count -> Messages.TargetReports_state(count.getKey().getText(), count.getValue()))
                .collect(Collectors.joining(", "));
    }
}
