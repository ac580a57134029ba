package io.jenkins.plugins.multiarch.report;

import edu.hm.hafner.echarts.JacksonFacade;
import edu.hm.hafner.echarts.line.LineSeries;
import edu.hm.hafner.echarts.line.LinesChartModel;
import io.jenkins.plugins.echarts.AsyncTrendChart;
import io.jenkins.plugins.echarts.JenkinsPalette;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.kohsuke.stapler.bind.JavaScriptMethod;

/** A number of each platform over the last builds of a job, as the ECharts API plugin draws it. */
public final class PlatformTrend implements AsyncTrendChart {

    private final Supplier<List<MultiArchBuildAction>> history;
    private final ToDoubleFunction<PlatformBuild> number;

    /**
     * @param history the builds, the oldest first
     * @param number what to show of a platform; 0 if it is not known
     */
    PlatformTrend(Supplier<List<MultiArchBuildAction>> history, ToDoubleFunction<PlatformBuild> number) {
        this.history = history;
        this.number = number;
    }

    /** Where a click on a build leads to. */
    public String getUrlName() {
        return MultiArchBuildAction.URL;
    }

    /** Two builds are the least that make a trend. */
    @Override
    public boolean isTrendVisible() {
        return history.get().stream().filter(build -> !numbers(build).isEmpty()).count() > 1;
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
        TreeSet<String> names = new TreeSet<>();
        for (MultiArchBuildAction build : history.get()) {
            Map<String, Double> point = numbers(build);
            if (!point.isEmpty()) {
                labels.add("#" + build.getRun().getNumber());
                builds.add(build.getRun().getNumber());
                points.add(point);
                names.addAll(point.keySet());
            }
        }
        LinesChartModel model = new LinesChartModel(labels, builds);
        model.setRangeMin(0);
        int color = 0;
        for (String name : names) {
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

    /** The number of each platform that was built; with its repository, if there are several. */
    private Map<String, Double> numbers(MultiArchBuildAction build) {
        List<ImageReport> reports = build.getReports();
        Map<String, Double> numbers = new LinkedHashMap<>();
        for (ImageReport report : reports) {
            for (BuildRow row : report.getRows()) {
                double value = row.getBuild().isSuccess() ? number.applyAsDouble(row.getBuild()) : 0;
                if (value > 0) {
                    String platform = row.getBuild().getPlatform();
                    numbers.put(reports.size() > 1 ? report.getName() + " " + platform : platform, value);
                }
            }
        }
        return numbers;
    }
}
