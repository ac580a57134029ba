package io.jenkins.plugins.multiarch.engine.login;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Login files as they are found on machines, an image, and the user that the tools whose files they are send for it.
 * {@code HOST} stands for the registry, {@code ROOT} for the directory of the case; {@code ~name} for a login of the user
 * {@code name}.
 *
 * @param files by their path below the directory, which is the home directory too
 * @param environment beside {@code HOME} and {@code PATH}
 * @param repository of the image
 * @param user empty if nobody's login is sent
 * @param tools that read these files
 */
record LoginCase(
        String name,
        Map<String, String> files,
        Map<String, String> environment,
        String repository,
        String user,
        List<String> tools) {

    static final String PASSWORD = "s3:cret";

    private static final List<String> CONTAINERS = List.of("skopeo", "podman");
    private static final List<String> DOCKER = List.of("docker");
    private static final Map<String, String> AUTH_FILE = Map.of("REGISTRY_AUTH_FILE", "ROOT/a.json");
    private static final String HELPER = """
            #!/bin/sh
            read -r server
            test "$1" = get || exit 9
            case "$server" in
                KNOWN) echo '{"ServerURL":"x","Username":"helped","Secret":"s3:cret"}' ;;
                *) echo 'credentials not found in native keychain'; exit 1 ;;
            esac
            """;

    static List<LoginCase> all() {
        List<LoginCase> all = new ArrayList<>();
        String teams = "{'auths':{'HOST/team-a':~a,'HOST/team-b':~b}}";
        all.add(auth("a namespace", teams, "team-b/app", "b"));
        all.add(auth("another namespace", teams, "team-c/app", ""));
        all.add(auth("the beginning of a name", teams, "team-bc/app", ""));
        String nested = "{'auths':{'HOST':~host,'HOST/team':~team,'HOST/team/app':~app}}";
        all.add(auth("a repository", nested, "team/app", "app"));
        all.add(auth("the longest namespace", nested, "team/other", "team"));
        all.add(auth("no namespace", nested, "other/app", "host"));
        all.add(auth("a key with scheme and path", "{'auths':{'https://HOST/v1/':~old}}", "team/app", "old"));
        all.add(auth("a key with a scheme", "{'auths':{'http://HOST':~old}}", "team/app", "old"));
        all.add(auth("another port", "{'auths':{'HOST0':~old}}", "team/app", ""));
        all.add(auth("an entry without a login", "{'auths':{'HOST':{}}}", "team/app", ""));
        all.add(new LoginCase(
                "the file of the session",
                Map.of("run/containers/auth.json", "{'auths':{'HOST':~run}}"),
                Map.of("XDG_RUNTIME_DIR", "ROOT/run"),
                "team/app",
                "run",
                CONTAINERS));
        all.add(new LoginCase(
                "the file of the session before that of the user",
                Map.of(
                        "run/containers/auth.json",
                        "{'auths':{'HOST/team':~run}}",
                        ".config/containers/auth.json",
                        "{'auths':{'HOST/team/app':~user}}"),
                Map.of("XDG_RUNTIME_DIR", "ROOT/run"),
                "team/app",
                "run",
                CONTAINERS));
        all.add(new LoginCase(
                "a home for configuration",
                Map.of("conf/containers/auth.json", "{'auths':{'HOST':~conf}}", "run/x", ""),
                Map.of("XDG_CONFIG_HOME", "ROOT/conf", "XDG_RUNTIME_DIR", "ROOT/run"),
                "team/app",
                "conf",
                CONTAINERS));
        all.add(new LoginCase(
                "docker's file for podman",
                Map.of(".docker/config.json", "{'auths':{'HOST':~docker}}", "run/x", ""),
                Map.of("XDG_RUNTIME_DIR", "ROOT/run"),
                "team/app",
                "docker",
                List.of("skopeo", "podman", "docker")));
        all.add(new LoginCase(
                "a helper of one registry",
                Map.of("a.json", "{'credHelpers':{'HOST':'x'}}", "bin/docker-credential-x", HELPER),
                AUTH_FILE,
                "team/app",
                "helped",
                CONTAINERS));
        all.add(docker("docker's keys stand for a host", "{'auths':{'HOST/team-a':~a}}", "team-c/app", "a"));
        all.add(docker("docker's key with scheme and path", "{'auths':{'https://HOST/v2/':~old}}", "team/app", "old"));
        all.add(docker(
                "user name and password beside an empty auth",
                "{'auths':{'HOST':{'auth':'','username':'plain','password':'s3:cret'}}}",
                "team/app",
                "plain"));
        all.add(docker("an empty file", "", "team/app", ""));
        all.add(docker("an empty object", "{}", "team/app", ""));
        all.add(helped("a store for all registries", "{'auths':{'HOST':{}},'credsStore':'x'}", "HOST", "helped"));
        all.add(helped("a store that knows another", "{'credsStore':'x'}", "other.example", ""));
        all.add(helped(
                "a helper instead of the store",
                "{'credsStore':'missing','credHelpers':{'HOST':'x'}}",
                "HOST",
                "helped"));
        all.add(helped(
                "no helper instead of the store",
                "{'auths':{'HOST':~file},'credsStore':'missing','credHelpers':{'HOST':''}}",
                "HOST",
                "file"));
        return all;
    }

    private static LoginCase auth(String name, String file, String repository, String user) {
        return new LoginCase(name, Map.of("a.json", file), AUTH_FILE, repository, user, CONTAINERS);
    }

    private static LoginCase docker(String name, String file, String repository, String user) {
        return new LoginCase(
                name, Map.of("conf/config.json", file), Map.of("DOCKER_CONFIG", "ROOT/conf"), repository, user, DOCKER);
    }

    private static LoginCase helped(String name, String file, String known, String user) {
        return new LoginCase(
                name,
                Map.of("conf/config.json", file, "bin/docker-credential-x", HELPER.replace("KNOWN", known)),
                Map.of("DOCKER_CONFIG", "ROOT/conf"),
                "team/app",
                user,
                DOCKER);
    }

    /** Writes the files, and says in which environment they count. */
    Map<String, String> write(Path root, String host) throws IOException {
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = root.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            String text = file.getValue();
            boolean isProgram = file.getKey().startsWith("bin/");
            String json = isProgram ? text.replace("KNOWN", host) : text.replace('\'', '"');
            for (String user :
                    List.of("a", "b", "host", "team", "app", "old", "run", "user", "conf", "docker", "file")) {
                String pair = user + ":" + PASSWORD;
                String login = "{\"auth\":\"" + Base64.getEncoder().encodeToString(pair.getBytes()) + "\"}";
                json = json.replaceAll("~" + user + "\\b", login);
            }
            Files.writeString(path, json.replace("HOST", host));
            if (isProgram) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
        Map<String, String> all = new TreeMap<>(environment);
        all.put("HOME", "ROOT");
        all.put("PATH", "ROOT/bin:" + System.getenv("PATH"));
        all.replaceAll((key, value) -> value.replace("ROOT", root.toString()));
        return all;
    }

    @Override
    public String toString() {
        return name;
    }
}
