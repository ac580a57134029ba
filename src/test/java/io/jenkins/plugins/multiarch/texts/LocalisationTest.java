package io.jenkins.plugins.multiarch.texts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalisationTest {

    private static final String VIEW = "<j:jelly xmlns:j='jelly:core'>%s</j:jelly>";

    @TempDir
    private Path root;

    @Test
    void everyTextIsThereInEnglishAndInChinese() throws IOException {
        assertThat(LocalisedResources.problems(Path.of("src/main/resources"))).isEmpty();
    }

    @Test
    void whatIsCompleteHasNoProblem() throws IOException {
        write("view.jelly", VIEW.formatted("<p title='${%Name}' id='abc'>${%count(a, b)} ${x ? '%yes' : y}</p>"));
        write("view.properties", "count={0} of {1}");
        write("view_zh_CN.properties", "Name=名称\ncount={1} 中的 {0}\nyes=是");
        write("help.html", "<div>See <pre>a</pre></div>");
        write("help_zh_CN.html", "<div>参见 <pre>a</pre></div>");

        assertThat(LocalisedResources.problems(root)).isEmpty();
    }

    @Test
    void aViewShowsNothingThatCannotBeTranslated() throws IOException {
        write("view.jelly", VIEW.formatted("<p title='A title'>Hello ${name}</p><th>S</th>"));

        assertThat(LocalisedResources.problems(root))
                .containsExactly(
                        "view.jelly: 'A title' is not localised. Write ${%...}.",
                        "view.jelly: 'Hello' is not localised. Write ${%...}.");
    }

    @Test
    void aKeyOfAViewHasATextInBothLanguages() throws IOException {
        write("view.jelly", VIEW.formatted("${%Wait (minutes)} ${%longText} ${%Name}"));
        write("view.properties", "gone=Gone");
        write("view_zh_CN.properties", "Wait\\ =等待\nlongText=长文本\nold=旧");

        assertThat(LocalisedResources.problems(root))
                .containsExactly(
                        "view.jelly: ${%Wait } has no English text in a .properties file beside it.",
                        "view.jelly: ${%longText} has no English text in a .properties file beside it.",
                        "view.properties: 'gone' is not in the view any more.",
                        "view_zh_CN.properties: has no 'Name'.",
                        "view_zh_CN.properties: has no 'gone'.",
                        "view_zh_CN.properties: 'old' is gone from the English texts.");
    }

    @Test
    void messagesMatch() throws IOException {
        write("Messages.properties", "a=A {0} of {1}\nb=It''s\nc=It's\nd=Two words\ne=E");
        write("Messages_zh_CN.properties", "a=甲 {0}\nb=乙\nc=丙\nd=Two words\nf=己");

        assertThat(LocalisedResources.problems(root))
                .containsExactly(
                        "Messages_zh_CN.properties: 'a' has other arguments than the English text.",
                        "Messages_zh_CN.properties: 'c' has a single quote, which a message format swallows. Write two.",
                        "Messages_zh_CN.properties: 'd' is not translated.",
                        "Messages_zh_CN.properties: has no 'e'.",
                        "Messages_zh_CN.properties: 'f' is gone from the English texts.");
    }

    @Test
    void helpMatches() throws IOException {
        write("help-a.html", "<div>A</div>");
        write("help-b.html", "<div><pre>b</pre></div>");
        write("help-b_zh_CN.html", "<div>乙<pre>c</pre></div>");
        write("help-c_zh_CN.html", "<div>丙</div>");
        write("help-d.html", "<div>D</div>");
        write("help-d_zh_CN.html", "<div>D</div>");
        write("lost.properties", "a=A");

        assertThat(LocalisedResources.problems(root))
                .containsExactly(
                        "help-a.html: has no help-a_zh_CN.html",
                        "help-b_zh_CN.html: has other examples than the English help.",
                        "help-c_zh_CN.html: the English help is gone.",
                        "help-d_zh_CN.html: is not translated.",
                        "lost.properties: belongs to nothing.");
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(root.resolve(name), text);
    }
}
