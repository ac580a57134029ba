package io.jenkins.plugins.multiarch.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * A number of the platforms that a run has built, by the names that a chart has for them.
 *
 * @param number of a platform; 0 if it is not known
 */
record PlatformNumbers(ToDoubleFunction<PlatformBuild> number) {

    /** Each platform outside of {@code multiArchBake}; with its repository, if there are several. */
    Map<String, Double> ofImages(MultiArchBuildAction run) {
        List<ImageReport> reports = run.getReports();
        Map<String, Double> numbers = new LinkedHashMap<>();
        for (ImageReport report : reports) {
            ofPlatforms(report)
                    .forEach((platform, value) ->
                            numbers.put(reports.size() > 1 ? report.getName() + " " + platform : platform, value));
        }
        return numbers;
    }

    /** Each target of {@code multiArchBake} of which every platform was built: the sum of its platforms. */
    Map<String, Double> ofTargets(MultiArchBuildAction run) {
        Map<String, Double> numbers = new LinkedHashMap<>();
        for (TargetReport target : run.getTargetReports().getAll()) {
            Map<String, Double> platforms = ofPlatforms(target.getReport());
            if (target.isComplete()
                    && platforms.size() == target.getReport().latest().size()) {
                double sum = platforms.values().stream()
                        .mapToDouble(Double::doubleValue)
                        .sum();
                numbers.put(target.getName(), Math.round(sum * 100) / 100.0);
            }
        }
        return numbers;
    }

    /** Each platform of one target. */
    Map<String, Double> ofTarget(String name, MultiArchBuildAction run) {
        return run.getTargetReports().getAll().stream()
                .filter(target -> target.getName().equals(name))
                .findFirst()
                .map(target -> ofPlatforms(target.getReport()))
                .orElse(Map.of());
    }

    private Map<String, Double> ofPlatforms(ImageReport report) {
        Map<String, Double> numbers = new LinkedHashMap<>();
        for (BuildRow row : report.getRows()) {
            double value = row.getBuild().isSuccess() ? number.applyAsDouble(row.getBuild()) : 0;
            if (value > 0) {
                numbers.put(row.getBuild().getPlatform(), value);
            }
        }
        return numbers;
    }
}
