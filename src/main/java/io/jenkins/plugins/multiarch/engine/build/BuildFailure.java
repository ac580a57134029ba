package io.jenkins.plugins.multiarch.engine.build;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Why a build has failed, if it is for one of the usual reasons that lie outside of the Dockerfile.
 *
 * @param cause the reason
 * @param line what the build tool said that gives it away, for people; an exit code where it said nothing
 */
public record BuildFailure(Cause cause, String line) implements Serializable {

    private static final int COMMAND_NOT_FOUND = 127;
    private static final int KILLED = 137;
    private static final int MAX_WORDS = 300;

    /** The usual reasons, those first that make others follow. */
    public enum Cause {
        DISK_FULL(
                "no space left on device|disk quota exceeded|not enough space on the disk",
                "The disk of the build machine is full",
                "Free some space there, for example with 'docker system prune', 'podman system prune' or 'buildah prune',"
                        + " or give the storage of the build tool a larger disk.") {
            @Override
            boolean isSaidBy(OutputOrigin.Line line) {
                return true; // A program of the build fills the disk of the machine like any other.
            }
        },
        FOREIGN_BASE(
                "^the base image \\S+ is for \\S+, not for ",
                "The base image is for another platform",
                "Name a base image that exists for the platform, or correct the --platform of the last FROM line in the"
                        + " Dockerfile."),
        SOCKET_DENIED(
                "permission denied while trying to connect to the docker|dial unix \\S+: connect: permission denied",
                "The user of the build machine may not use the docker engine",
                "Add the user to the group that owns the socket, usually docker, and log in again, which for a"
                        + " build agent is to start it anew; or install podman or buildah, which need no engine."),
        ENGINE_STOPPED(
                "cannot connect to the docker daemon|error during connect: .*docker|"
                        + "cannot connect to podman|unable to connect to podman socket",
                "The container engine of the build machine is not running",
                "Start it, for example with 'systemctl start docker', and see its log for why it has ended."),
        BUILDX_MISSING(
                "'buildx' is not a docker command|unknown command: docker buildx|buildx component is missing or broken|"
                        + "^unknown flag: --progress$",
                "The docker of the build machine has no buildx",
                "Install the buildx plugin of docker on it, or choose another build tool."),
        TOOL_MISSING(
                "run\\.sh: (line )?[0-9]+: (docker|podman|buildah): ([a-z ]+ )?not found",
                "The build tool is not installed on the build machine, or not in the PATH of its user",
                "Install it there, or choose another build tool."),
        COMMAND_MISSING(
                "\\S+: (command )?not found$",
                "A command is not installed on the build machine",
                "Install it there, or leave it out of the test.") {
            @Override
            boolean fits(int exitCode) {
                return exitCode == COMMAND_NOT_FOUND;
            }

            @Override
            boolean isSaidBy(OutputOrigin.Line line) {
                return true; // The shell of the test says so.
            }
        },
        SIGNATURE_POLICY_MISSING(
                "policy\\.json: no such file or directory",
                "The build machine has no policy for the signatures of images",
                "Install the package with /etc/containers/policy.json, golang-github-containers-common on Debian and"
                        + " Ubuntu, containers-common elsewhere."),
        FOREIGN_PROGRAM(
                "exec format error",
                "A program in the image is for another architecture than the build machine can run",
                "Install the QEMU handler for the platform or build on a machine of that architecture, and check"
                        + " that the base image and what is copied into the image are for the platform.") {
            @Override
            boolean isSaidBy(OutputOrigin.Line line) {
                // What could not even start a program says so in its place.
                boolean isStart =
                        line.isFirst() && NOT_STARTED.matcher(line.text()).matches();
                return !line.isProgram() || isStart;
            }
        },
        TOO_MANY_REQUESTS(
                "toomanyrequests|429 too many requests|pull rate limit",
                "A registry has had too many requests from this address or user",
                "Give a credential for that registry, set up a mirror of it, or try again later."),
        REGISTRY_REFUSED(
                "no basic auth credentials|unauthorized: |authentication required|"
                        + "denied: (requested access|access|permission)|insufficient_scope|authorization failed|"
                        + "failed to authorize|access denied, repository does not exist|"
                        + "^((#[0-9]+ )?error: )?denied$|writing blob: .*: denied$|"
                        + "unexpected (http )?status.*40[13]|status code.*: 40[13] ",
                "A registry has refused access",
                "Check that the credential for it is right and may pull and push there."),
        PLAIN_HTTP(
                "server gave http response to https client",
                "A registry speaks plain HTTP, but the build tool expects TLS",
                "Give the registry TLS, or list it as insecure on the build machine: 'insecure-registries' in"
                        + " /etc/docker/daemon.json, 'insecure = true' in /etc/containers/registries.conf."),
        UNTRUSTED_CERTIFICATE(
                "x509: |certificate verify failed|failed to verify certificate",
                "The build machine does not trust the certificate of a server",
                "Install the authority of the certificate there, for example as"
                        + " /etc/docker/certs.d/<registry>/ca.crt or /etc/containers/certs.d/<registry>/ca.crt."),
        UNKNOWN_HOST(
                "dial tcp: lookup .*|temporary failure in name resolution",
                "The build machine cannot resolve the name of a host",
                "Check the name, and its DNS server."),
        UNREACHABLE(
                "dial tcp .*: (connect: )?(connection refused|no route to host|network is unreachable|i/o timeout|"
                        + "connection timed out)|tls handshake timeout|client.timeout exceeded",
                "The build machine cannot reach a server",
                "Check host and port, that the server is running, and any proxy or firewall in between."),
        REGISTRY_BROKEN(
                "received unexpected http status: 5[0-9][0-9]|status code.*: 5[0-9][0-9] |"
                        + "unexpected status.*: 5[0-9][0-9]",
                "A registry has a problem",
                "Its own log says which; try again later."),
        OUT_OF_MEMORY(
                "signal: killed|exit (code|status):? 137",
                "A process of the build was killed, most likely because memory ran out",
                "Build on a machine with more memory, or with fewer builds at once.");

        private static final Pattern NOT_STARTED =
                Pattern.compile("exec (container process )?\\S+: exec format error.*", Pattern.CASE_INSENSITIVE);

        private final Pattern pattern;
        private final String description;
        private final String remedy;

        Cause(String pattern, String description, String remedy) {
            this.pattern = Pattern.compile(pattern, Pattern.CASE_INSENSITIVE);
            this.description = description;
            this.remedy = remedy;
        }

        /** Whether this line may give this reason away; what programs of the build print mostly may not. */
        boolean isSaidBy(OutputOrigin.Line line) {
            return !line.isProgram();
        }

        /** Whether a build that ended with this exit code may have failed for this reason. */
        boolean fits(int exitCode) {
            return exitCode != 0;
        }
    }

    /**
     * Finds out why a build has failed.
     *
     * @param output the last lines that it has printed, as {@link OutputTail} keeps them
     * @param exitCode of {@code run.sh}, which is that of the command that failed; 0 if it has not failed
     * @return empty if it is none of the usual reasons: then the output itself must be read
     */
    public static Optional<BuildFailure> recognise(List<String> output, int exitCode) {
        List<OutputOrigin.Line> lines = OutputOrigin.of(output);
        for (Cause cause : Cause.values()) {
            // The last one: what was said before may have been overcome.
            for (int i = lines.size() - 1; i >= 0 && cause.fits(exitCode); i--) {
                OutputOrigin.Line line = lines.get(i);
                if (cause.isSaidBy(line) && cause.pattern.matcher(line.text()).find()) {
                    return Optional.of(new BuildFailure(cause, line.text()));
                }
            }
        }
        if (exitCode == KILLED) {
            return Optional.of(new BuildFailure(Cause.OUT_OF_MEMORY, "exit code " + exitCode));
        }
        return Optional.empty();
    }

    /** What has happened, the line that says so, and what to do about it. */
    public String message() {
        // What matters stands at the end of a line as often as at its beginning.
        String words = line.length() > MAX_WORDS
                ? line.substring(0, MAX_WORDS / 3) + " … " + line.substring(line.length() - 2 * MAX_WORDS / 3)
                : line;
        return cause.description + " (" + words + "). " + cause.remedy;
    }
}
