package io.jenkins.plugins.multiarch.report;

import edu.hm.hafner.echarts.JacksonFacade;
import edu.hm.hafner.echarts.line.LineSeries;
import edu.hm.hafner.echarts.line.LinesChartModel;
import io.jenkins.plugins.echarts.AsyncTrendChart;
import io.jenkins.plugins.echarts.JenkinsPalette;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.kohsuke.stapler.bind.JavaScriptMethod;

/** Numbers over the last builds of a job, one line for each name, as the ECharts API plugin draws it. */
public final class PlatformTrend implements AsyncTrendChart {

    private final Supplier<List<MultiArchBuildAction>> history;
    private final Function<MultiArchBuildAction, Map<String, Double>> numbers;
    private final int most;

    /**
     * @param history the builds, the oldest first
     * @param numbers what to show of a build, by the names of the lines
     */
    PlatformTrend(
            Supplier<List<MultiArchBuildAction>> history, Function<MultiArchBuildAction, Map<String, Double>> numbers) {
        this(history, numbers, Integer.MAX_VALUE);
    }

    /** @param most how many lines there are at most: those that have ended at the greatest numbers */
    PlatformTrend(
            Supplier<List<MultiArchBuildAction>> history,
            Function<MultiArchBuildAction, Map<String, Double>> numbers,
            int most) {
        this.history = history;
        this.numbers = numbers;
        this.most = most;
    }

    /** Where a click on a build leads to. */
    public String getUrlName() {
        return MultiArchBuildAction.URL;
    }

    /** Two builds are the least that make a trend. */
    @Override
    public boolean isTrendVisible() {
        return history.get().stream()
                        .filter(build -> !numbers.apply(build).isEmpty())
                        .count()
                > 1;
    }

    /** Called by the chart in the browser. */
    @JavaScriptMethod
    @Override
    public String getBuildTrendModel() {
        return new JacksonFacade().toJson(model());
    }

    private LinesChartModel model() {
        List<String> labels = new ArrayList<>();
        List<Integer> builds = new ArrayList<>();
        List<Map<String, Double>> points = new ArrayList<>();
        Map<String, Double> last = new HashMap<>();
        for (MultiArchBuildAction build : history.get()) {
            Map<String, Double> point = numbers.apply(build);
            if (!point.isEmpty()) {
                labels.add("#" + build.getRun().getNumber());
                builds.add(build.getRun().getNumber());
                points.add(point);
                last.putAll(point);
            }
        }
        LinesChartModel model = new LinesChartModel(labels, builds);
        model.setRangeMin(0);
        int color = 0;
        for (String name : names(last)) {
            LineSeries series = new LineSeries(
                    name,
                    JenkinsPalette.chartColor(color++).normal(),
                    LineSeries.StackedMode.SEPARATE_LINES,
                    LineSeries.FilledMode.LINES);
            // Null where a build has no such platform, which leaves a gap in the line.
            List<Double> line = new ArrayList<>();
            points.forEach(point -> line.add(point.get(name)));
            series.addAll(line);
            model.addSeries(series);
        }
        return model;
    }

    private TreeSet<String> names(Map<String, Double> last) {
        TreeSet<String> names = new TreeSet<>();
        last.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(most)
                .forEach(entry -> names.add(entry.getKey()));
        return names;
    }
}
