package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Describable;
import hudson.model.Descriptor;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jenkinsci.plugins.structs.describable.DescribableModel;
import org.jenkinsci.plugins.structs.describable.DescribableParameter;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

/**
 * {@code docs/steps.md} has every parameter of every step and of the agent, with its type and default; so have the forms
 * and the help.
 */
@WithSharedJenkins
class StepsDocumentTest {

    private static final List<Step> STEPS = List.of(
            new MultiArchBuildStep("demo/hello"),
            new MultiArchBakeStep(),
            new PushManifestListStep("demo/hello"),
            new RecordImageStep("demo/hello"),
            new VerifyImageStep("demo/hello"),
            new CopyImageStep("demo/hello", "demo/bye:1"),
            new PlatformNodeStep("linux/arm64"));

    private static final PlatformAgent AGENT = new PlatformAgent("linux/arm64");

    private static final Pattern ROW = Pattern.compile("^\\| `(\\w+)` \\| ([^|]+) \\|", Pattern.MULTILINE);

    @Test
    void everyParameterHasARowWithItsTypeAndDefault(JenkinsRule jenkins) throws Exception {
        for (Step step : STEPS) {
            assertDocumented(step, step.getDescriptor().getFunctionName());
        }
        assertDocumented(AGENT, "platform, the Declarative agent");
    }

    private static void assertDocumented(Describable<?> described, String heading) throws Exception {
        Map<String, String> documented = rows(heading);
        Map<String, String> actual = new LinkedHashMap<>();
        for (DescribableParameter parameter : parameters(described)) {
            String name = parameter.getName();
            actual.put(
                    name,
                    documented.getOrDefault(name, "").startsWith(expected(described, parameter))
                            ? documented.get(name)
                            : expected(described, parameter));
        }
        assertThat(documented).as(heading).containsExactlyInAnyOrderEntriesOf(actual);
    }

    @Test
    void everyParameterHasAFieldAndHelp(JenkinsRule jenkins) throws Exception {
        for (Step step : STEPS) {
            Path resources =
                    Path.of("src/main/resources", step.getClass().getName().replace('.', '/'));
            String form = Files.readString(resources.resolve("config.jelly"));
            assertThat(DescribableModel.of(step.getClass()).getHelp()).isNotBlank();
            for (DescribableParameter parameter : parameters(step)) {
                assertThat(form).contains("field=\"" + parameter.getName() + "\"");
                assertThat(parameter.getHelp()).as(parameter.getName()).isNotBlank();
            }
        }
    }

    /** Old names are only accepted. */
    private static List<DescribableParameter> parameters(Describable<?> described) {
        return DescribableModel.of(described.getClass()).getParameters().stream()
                .filter(parameter -> !parameter.isDeprecated())
                .toList();
    }

    /** What the column "type, default" begins with. */
    private static String expected(Describable<?> described, DescribableParameter parameter) throws Exception {
        // A number that is not given is what the configuration says.
        Class<?> type = parameter.getErasedType() == Integer.class ? int.class : parameter.getErasedType();
        List<String> choices = choices(described.getDescriptor(), parameter);
        if (!choices.isEmpty()) {
            return "`" + String.join(choices.size() == 2 ? "` or `" : "`, `", choices) + "`"
                    + (value(described, parameter) == null ? "" : "; `" + value(described, parameter) + "`");
        }
        String name = type.getSimpleName() + (parameter.getName().equals("sources") ? "" : item(parameter));
        if (parameter.isRequired()) {
            return name + ", required";
        }
        Object value = value(described, parameter);
        return value == null || value instanceof List || value instanceof Map ? name : name + ", `" + value + "`";
    }

    private static String item(DescribableParameter parameter) {
        if (parameter.getName().equals("logins")) {
            return " of `[registry:, credentialsId:]`";
        }
        return parameter.getErasedType() == List.class
                ? " of String"
                : parameter.getName().equals("platformAnnotations") ? " of platform to Map" : "";
    }

    private static Object value(Describable<?> described, DescribableParameter parameter)
            throws ReflectiveOperationException {
        String name = parameter.getCapitalizedName();
        String getter = (parameter.getErasedType() == boolean.class ? "is" : "get") + name;
        return described.getClass().getMethod(getter).invoke(described);
    }

    private static List<String> choices(Descriptor<?> descriptor, DescribableParameter parameter) throws Exception {
        String name = parameter.getName();
        String fill = "doFill" + Character.toUpperCase(name.charAt(0)) + name.substring(1) + "Items";
        List<String> choices = new ArrayList<>();
        for (var method : descriptor.getClass().getMethods()) {
            if (method.getName().equals(fill) && method.getParameterCount() == 0) {
                ((ListBoxModel) method.invoke(descriptor)).forEach(option -> choices.add(option.value));
            }
        }
        choices.removeIf(String::isEmpty);
        return choices;
    }

    /** The rows of the table of parameters below a heading. */
    private static Map<String, String> rows(String heading) throws Exception {
        String document = Files.readString(Path.of("docs/steps.md"));
        String section = document.substring(document.indexOf("\n## " + heading + "\n"));
        String table = section.substring(section.indexOf("| parameter | type, default | meaning |"));
        Map<String, String> rows = new LinkedHashMap<>();
        Matcher row = ROW.matcher(table.substring(0, table.indexOf("\n\n") + 1));
        while (row.find()) {
            rows.put(row.group(1), row.group(2));
        }
        return rows;
    }
}
