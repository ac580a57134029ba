package io.jenkins.plugins.multiarch.engine.build;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The build contexts of a request that are images in files, on their way to where a build tool finds them. */
final class ArchivedBases {

    private final BuildRequest request;
    private final Map<String, ImageArchive> archives = new LinkedHashMap<>();

    ArchivedBases(BuildRequest request) {
        this.request = request;
        request.features().contexts().forEach((name, place) -> {
            if (ImageArchive.isOne(place)) {
                archives.put(name, ImageArchive.of(place));
            }
        });
    }

    /**
     * The script of the build, for the tool that has been chosen.
     *
     * @param folder the build folder
     * @param localImage the name that the image will have in the tool; those that it is built on have names like it
     */
    BuildScript script(ToolCommands lines, Path folder, String localImage) throws IOException {
        Map<String, String> places = new LinkedHashMap<>(request.features().contexts());
        Map<String, String> names = new LinkedHashMap<>();
        int number = 0;
        for (Map.Entry<String, ImageArchive> base : archives.entrySet()) {
            String archive = base.getValue().place();
            if (lines.hasImages()) {
                String name = localImage.replaceFirst(":", "-base" + number++ + ":");
                names.put(name, archive);
                places.put(base.getKey(), "docker-image://" + name);
            } else {
                Path directory = folder.resolve(BuildFolder.BASES).resolve(Integer.toString(number++));
                places.put(
                        base.getKey(),
                        ImageLayout.write(Path.of(archive), directory).context());
            }
        }
        BuildRequest complete = request.with(request.features().withContexts(places));
        // A tool that pulled would look for what it has been given in a registry.
        BuildScript script =
                lines.script(names.isEmpty() ? complete : complete.withoutPull(), folder.toString(), localImage);
        if (!names.isEmpty() && request.pull()) {
            script = script.explaining("without pull, because no registry has the image that it is built on");
        }
        String program = ToolCommands.program(lines.tool());
        for (Map.Entry<String, String> base : names.entrySet()) {
            script = script.after(
                    Command.quiet(
                            "/bin/sh",
                            folder + "/" + BuildFolder.LOAD_IMAGE,
                            program,
                            base.getValue(),
                            base.getKey(),
                            request.platform().toString()),
                    List.of(ToolCommands.removal(lines.tool(), base.getKey())));
        }
        return script;
    }
}
