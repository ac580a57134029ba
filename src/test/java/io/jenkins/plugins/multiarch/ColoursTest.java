package io.jenkins.plugins.multiarch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** Pages have the colours of the theme, light or dark, because they have none of their own. */
class ColoursTest {

    private static final Path RESOURCES = Path.of("src/main/resources");
    private static final Path STYLES = RESOURCES.resolve("io/jenkins/plugins/multiarch/pages.css");

    /** A declaration of what can have a colour. */
    private static final Pattern COLOURED =
            Pattern.compile("\\b((?:[a-z-]*color|background|border|fill|stroke|outline|box-shadow)\\s*:\\s*([^;]+);)");

    private static final Pattern VARIABLE = Pattern.compile("var\\((--[\\w-]+)\\)");

    /** What a view could have beside the style sheets: a style of its own, or a colour in an attribute of SVG. */
    private static final Pattern OWN_STYLE =
            Pattern.compile("\\bstyle=|<style|\\b(?:fill|stroke|color|bgcolor)=|#[0-9a-fA-F]{6}\\b|\\.style\\b");

    private static List<String> coloured(String css) {
        List<String> own = new ArrayList<>();
        Matcher declarations = COLOURED.matcher(css);
        while (declarations.find()) {
            if (!VARIABLE.matcher(declarations.group(2)).matches()) {
                own.add(declarations.group(1));
            }
        }
        return own;
    }

    @Test
    void theStyleSheetHasNoColourOfItsOwn() throws IOException {
        String css = Files.readString(STYLES);
        assertThat(COLOURED.matcher(css).results()).hasSizeGreaterThan(5);
        assertThat(coloured(css)).isEmpty();
        assertThat(coloured("a { color: red; border: 1px solid var(--x); fill: var(--green); }"))
                .containsExactly("color: red;", "border: 1px solid var(--x);");
    }

    @Test
    void noViewHasAStyleOfItsOwn() throws IOException {
        List<String> own = new ArrayList<>();
        try (Stream<Path> files = Files.walk(RESOURCES)) {
            for (Path file : files.filter(file -> file.toString().matches(".*\\.(jelly|js)"))
                    .toList()) {
                OWN_STYLE
                        .matcher(Files.readString(file))
                        .results()
                        .forEach(found -> own.add(file.getFileName() + ": " + found.group()));
            }
        }
        assertThat(own).isEmpty();
    }

    /** One that is not there any more would leave what is drawn without its colour. */
    @Test
    @WithSharedJenkins
    void jenkinsHasEveryVariable(JenkinsRule jenkins) throws IOException {
        String core;
        try (InputStream styles = jenkins.jenkins.getServletContext().getResourceAsStream("/jsbundles/styles.css")) {
            core = new String(styles.readAllBytes(), StandardCharsets.UTF_8);
        }
        assertThat(VARIABLE.matcher(Files.readString(STYLES)).results().map(found -> found.group(1) + ":"))
                .isNotEmpty()
                .allSatisfy(variable -> assertThat(core).contains(variable));
    }
}
