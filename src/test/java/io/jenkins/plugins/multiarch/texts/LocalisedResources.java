package io.jenkins.plugins.multiarch.texts;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The texts below a resource directory, English and Simplified Chinese, and what is wrong with them. */
final class LocalisedResources {

    private static final String CHINESE = "_zh_CN";
    private static final Pattern ARGUMENT = Pattern.compile("\\{(\\d+)");
    private static final Pattern PREFORMATTED = Pattern.compile("<pre>(.*?)</pre>", Pattern.DOTALL);
    /** A text; neither a single term, which may be the same in both languages, nor a command. */
    private static final Pattern WORDS = Pattern.compile("(?!.* --).+ .+");

    private static final Pattern HAN = Pattern.compile("\\p{IsHan}");
    /** A key that stands for a text; any other key is the English text itself. */
    private static final Pattern NAME_OF_TEXT = Pattern.compile("[a-z]+[A-Z]\\w*");

    private final Path root;
    private final List<String> problems = new ArrayList<>();

    private LocalisedResources(Path root) {
        this.root = root;
    }

    /** One line for each problem, beginning with the file; empty if there is none. */
    static List<String> problems(Path root) throws IOException {
        LocalisedResources resources = new LocalisedResources(root);
        List<Path> files;
        try (Stream<Path> found = Files.walk(root)) {
            files = found.filter(Files::isRegularFile).sorted().toList();
        }
        for (Path file : files) {
            String name = file.getFileName().toString();
            if (name.endsWith(".jelly")) {
                resources.checkView(file);
            } else if (name.endsWith(".html")) {
                resources.checkHelp(file);
            } else if (name.endsWith(".properties")) {
                resources.checkProperties(file);
            }
        }
        return resources.problems;
    }

    private void checkView(Path view) throws IOException {
        // What the update site shows of the plugin. It reads the file as it is.
        if (view.equals(root.resolve("index.jelly"))) {
            return;
        }
        JellyTexts texts = JellyTexts.of(view);
        for (String literal : texts.literals()) {
            problem(view, "'" + literal + "' is not localised. Write ${%...}.");
        }
        Map<String, String> named = read(beside(view, ".properties"));
        Map<String, String> english = new TreeMap<>(named);
        texts.keys().forEach((key, arguments) -> {
            if (!named.containsKey(key)
                    && (arguments > 0 || NAME_OF_TEXT.matcher(key).matches())) {
                problem(view, "${%" + key + "} has no English text in a .properties file beside it.");
            }
            // Without a text of its own, Jenkins shows the key.
            english.putIfAbsent(key, key);
        });
        for (String key : named.keySet()) {
            if (!texts.keys().containsKey(key)) {
                problem(beside(view, ".properties"), "'" + key + "' is not in the view any more.");
            }
        }
        compare(english, beside(view, CHINESE + ".properties"));
    }

    private void checkHelp(Path help) throws IOException {
        String name = help.getFileName().toString();
        if (name.endsWith(CHINESE + ".html")) {
            if (!Files.exists(help.resolveSibling(name.replace(CHINESE, "")))) {
                problem(help, "the English help is gone.");
            }
            return;
        }
        Path chinese = beside(help, CHINESE + ".html");
        if (!Files.exists(chinese)) {
            problem(help, "has no " + chinese.getFileName());
            return;
        }
        String translated = Files.readString(chinese);
        if (!HAN.matcher(translated).find()) {
            problem(chinese, "is not translated.");
        }
        // What is preformatted is code.
        if (!preformatted(Files.readString(help)).equals(preformatted(translated))) {
            problem(chinese, "has other examples than the English help.");
        }
    }

    private void checkProperties(Path file) throws IOException {
        String name = file.getFileName().toString();
        if (name.equals("Messages.properties")) {
            compare(read(file), beside(file, CHINESE + ".properties"));
            return;
        }
        Path english = file.resolveSibling(name.replace(CHINESE, ""));
        Path view = file.resolveSibling(name.replace(CHINESE, "").replace(".properties", ".jelly"));
        if (!Files.exists(view) && (english.equals(file) || !Files.exists(english))) {
            problem(file, "belongs to nothing.");
        }
    }

    private void compare(Map<String, String> english, Path file) throws IOException {
        Map<String, String> chinese = read(file);
        english.forEach((key, text) -> {
            String translated = chinese.get(key);
            if (translated == null) {
                problem(file, "has no '" + key + "'.");
            } else if (!arguments(text).equals(arguments(translated))) {
                problem(file, "'" + key + "' has other arguments than the English text.");
            } else if (translated.equals(text) && WORDS.matcher(text).matches()) {
                problem(file, "'" + key + "' is not translated.");
            }
            if (hasBareQuote(text) || translated != null && hasBareQuote(translated)) {
                problem(file, "'" + key + "' has a single quote, which a message format swallows. Write two.");
            }
        });
        for (String key : chinese.keySet()) {
            if (!english.containsKey(key)) {
                problem(file, "'" + key + "' is gone from the English texts.");
            }
        }
    }

    private static boolean hasBareQuote(String text) {
        return text.replace("''", "").contains("'");
    }

    private static Set<String> arguments(String text) {
        Set<String> arguments = new TreeSet<>();
        Matcher matcher = ARGUMENT.matcher(text);
        while (matcher.find()) {
            arguments.add(matcher.group(1));
        }
        return arguments;
    }

    private static List<String> preformatted(String html) {
        List<String> found = new ArrayList<>();
        Matcher matcher = PREFORMATTED.matcher(html);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    private static Map<String, String> read(Path file) throws IOException {
        Map<String, String> texts = new TreeMap<>();
        if (Files.exists(file)) {
            Properties properties = new Properties();
            try (Reader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            }
            properties.stringPropertyNames().forEach(key -> texts.put(key, properties.getProperty(key)));
        }
        return texts;
    }

    private static Path beside(Path file, String ending) {
        String name = file.getFileName().toString();
        return file.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ending);
    }

    private void problem(Path file, String text) {
        problems.add(root.relativize(file) + ": " + text);
    }
}
