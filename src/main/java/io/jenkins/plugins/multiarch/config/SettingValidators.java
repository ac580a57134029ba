package io.jenkins.plugins.multiarch.config;

import hudson.Util;
import hudson.model.labels.LabelExpression;
import hudson.util.FormValidation;
import io.jenkins.plugins.multiarch.engine.access.Mirror;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.tags.TagPattern;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What is given for a setting, trimmed and checked. Forms, configuration as code and scripts are told the same.
 *
 * <p>Every method throws {@link IllegalArgumentException} with a message that names the value and the remedy.
 */
final class SettingValidators {

    private SettingValidators() {}

    /** Items that are not empty. */
    static List<String> items(List<String> given) {
        return new ArrayList<>(Util.fixNull(given).stream()
                .map(String::trim)
                .filter(item -> !item.isEmpty())
                .toList());
    }

    /** The words of a text field, separated by white space or commas. */
    static List<String> words(String text) {
        return items(List.of(Util.fixNull(text).trim().split("[\\s,]+")));
    }

    static List<String> platforms(List<String> given) {
        List<String> items = items(given);
        items.forEach(Platform::parse);
        return items;
    }

    static List<PlatformLabel> platformLabels(List<PlatformLabel> given) {
        Set<Platform> seen = new HashSet<>();
        for (PlatformLabel row : Util.fixNull(given)) {
            Platform platform = Platform.parse(row.getPlatform());
            if (row.getLabel().isEmpty()) {
                throw new IllegalArgumentException(Messages.SettingValidators_noLabel(platform));
            }
            label(row.getLabel());
            if (!seen.add(platform)) {
                throw new IllegalArgumentException(Messages.SettingValidators_platformTwice(platform));
            }
        }
        return new ArrayList<>(Util.fixNull(given));
    }

    /** A label expression; null if none is given. */
    static String label(String given) {
        String expression = Util.fixEmptyAndTrim(given);
        if (expression != null) {
            try {
                LabelExpression.parseExpression(expression);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(Messages.SettingValidators_label(expression, e.getMessage()), e);
            }
        }
        return expression;
    }

    /** {@code host} or {@code host:port} of a registry, as references name it. */
    static String host(String given) {
        String host = Util.fixNull(given).trim();
        if (host.isEmpty()) {
            throw new IllegalArgumentException(Messages.SettingValidators_noHost());
        }
        String registry;
        try {
            registry = ImageReference.requireRegistry(host);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(Messages.SettingValidators_host(host), e);
        }
        // A host without a dot or port would be a part of a name on Docker Hub.
        if (!ImageReference.parse(registry + "/any").registry().equals(registry)) {
            throw new IllegalArgumentException(Messages.SettingValidators_hostWithoutDot(host));
        }
        return registry;
    }

    static List<RegistryEntry> registries(List<RegistryEntry> given) {
        Set<String> seen = new HashSet<>();
        for (RegistryEntry row : Util.fixNull(given)) {
            String host = host(row.getHost());
            if (!seen.add(host.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException(Messages.SettingValidators_registryTwice(host));
            }
            mirror(host, row.getMirror());
            row.getProtectedTags().forEach(SettingValidators::requireComplete);
            if (row.isPlainHttp() && row.getCaCredentialsId() != null) {
                throw new IllegalArgumentException(Messages.SettingValidators_plainHttpWithCa(host));
            }
        }
        return new ArrayList<>(Util.fixNull(given));
    }

    private static void requireComplete(ProtectedTags rule) {
        new TagPattern(rule.getTags());
        if (rule.getFolder().isEmpty()) {
            throw new IllegalArgumentException(Messages.SettingValidators_noFolder(rule.getTags()));
        }
    }

    /** The mirror of a registry; null if none is given. */
    static Mirror mirror(String host, String given) {
        String text = Util.fixEmptyAndTrim(given);
        if (text == null) {
            return null;
        }
        Mirror mirror = Mirror.parse(text);
        if (mirror.registry().equalsIgnoreCase(host)) {
            throw new IllegalArgumentException(Messages.SettingValidators_ownMirror(host));
        }
        return mirror;
    }

    /** {@code registry} or {@code registry/path}; null if none is given. */
    static String registryPrefix(String given) {
        String prefix = Util.fixEmptyAndTrim(Util.fixNull(given).trim().replaceFirst("/+$", ""));
        if (prefix != null) {
            int slash = prefix.indexOf('/');
            try {
                host(slash < 0 ? prefix : prefix.substring(0, slash));
                ImageReference.parse("any", prefix);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(Messages.SettingValidators_registryPrefix(prefix), e);
            }
        }
        return prefix;
    }

    /** A number of something, as a setting counts it. */
    static int number(String setting, int given, int least, int most) {
        if (given < least || given > most) {
            throw outOfRange(setting, Integer.toString(given), least, most);
        }
        return given;
    }

    /** As {@link #number(String, int, int, int)}, for a text; empty means the default. */
    static int number(String setting, String given, int usual, int least, int most) {
        String text = Util.fixEmptyAndTrim(given);
        if (text == null) {
            return usual;
        }
        if (!text.matches("-?[0-9]{1,9}")) {
            throw outOfRange(setting, text, least, most);
        }
        return number(setting, Integer.parseInt(text), least, most);
    }

    private static IllegalArgumentException outOfRange(String setting, String given, int least, int most) {
        // As text, or they would get separators of thousands.
        return new IllegalArgumentException(
                Messages.SettingValidators_number(given, setting, Integer.toString(least), Integer.toString(most)));
    }

    /** What a form says of a value: nothing, or why it is refused. */
    static FormValidation form(String value, Consumer<String> check) {
        try {
            check.accept(value);
            return FormValidation.ok();
        } catch (IllegalArgumentException e) {
            return FormValidation.error(e.getMessage());
        }
    }
}
