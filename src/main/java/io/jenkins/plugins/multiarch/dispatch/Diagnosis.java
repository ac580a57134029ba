package io.jenkins.plugins.multiarch.dispatch;

import io.jenkins.plugins.multiarch.engine.build.BuildFailure;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.lang3.exception.ExceptionUtils;

/** What is known of the causes of a failure in a platform's branch. */
final class Diagnosis {

    /** What {@code sh} says of a script that fails. */
    private static final Pattern EXIT = Pattern.compile("script returned exit code (\\d{1,3})");

    private Diagnosis() {}

    /** Of what failed outside of the build tool, only a full disk needs to be explained. */
    static Optional<BuildFailure> of(Throwable failure, BranchLog branch) throws IOException {
        if (failure instanceof InterruptedException) {
            return Optional.empty();
        }
        Matcher exit = EXIT.matcher(String.valueOf(failure.getMessage()));
        if (exit.matches()) {
            if (!branch.toolFailed()) {
                return Optional.empty(); // The author's test knows best what its exit code means.
            }
            return BuildFailure.recognise(branch.failedOutput(), Integer.parseInt(exit.group(1)));
        }
        List<String> messages = ExceptionUtils.getThrowableList(failure).stream()
                .map(Throwable::getMessage)
                .filter(Objects::nonNull)
                .flatMap(String::lines)
                .toList();
        return BuildFailure.recognise(messages, 1)
                .filter(recognised -> recognised.cause() == BuildFailure.Cause.DISK_FULL);
    }
}
