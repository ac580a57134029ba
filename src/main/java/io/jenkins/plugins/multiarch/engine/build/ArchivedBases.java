package io.jenkins.plugins.multiarch.engine.build;

import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The build contexts of a request that are images in files, on their way to where a build tool finds them.
 *
 * @param request may have other build contexts too
 */
record ArchivedBases(BuildRequest request) {

    /**
     * The script of the build, for the tool that has been chosen.
     *
     * @param folder the build folder
     * @param localImage the name that the image will have in the tool; those that it is built on have names like it
     */
    BuildScript script(ToolCommands lines, Path folder, String localImage) throws IOException {
        Map<String, String> places = new LinkedHashMap<>(request.features().contexts());
        Map<String, Path> loaded = new LinkedHashMap<>();
        int number = 0;
        for (Map.Entry<String, String> context : places.entrySet()) {
            if (!ImageArchive.isOne(context.getValue())) {
                continue;
            }
            Path directory = folder.resolve(BuildFolder.BASES).resolve(Integer.toString(number));
            ImageLayout layout = ImageLayout.write(
                    Path.of(ImageArchive.of(context.getValue()).place()), directory);
            if (lines.hasImages()) {
                // What comes from another agent may name any image; a tool gets one that has no name but this.
                String name = localImage.replaceFirst(":", "-base" + number + ":");
                Path archive = directory.resolve(BuildFolder.IMAGE);
                layout.archive(archive, name);
                loaded.put(name, archive);
                context.setValue("docker-image://" + name);
            } else {
                context.setValue(layout.context());
            }
            number++;
        }
        BuildRequest complete = request.with(request.features().withContexts(places));
        // A tool that pulled would look for what it has been given in a registry.
        BuildScript script =
                lines.script(loaded.isEmpty() ? complete : complete.withoutPull(), folder.toString(), localImage);
        if (!loaded.isEmpty() && request.pull()) {
            script = script.explaining("without pull, because no registry has the image that it is built on");
        }
        for (Map.Entry<String, Path> base : loaded.entrySet()) {
            script = script.after(
                    new Command("", load(lines.tool(), base.getValue())),
                    List.of(ToolCommands.removal(lines.tool(), base.getKey())));
        }
        return script;
    }

    private List<String> load(BuildTool tool, Path archive) {
        List<String> load = new ArrayList<>(ToolCommands.load(tool, archive));
        if (tool == BuildTool.BUILDAH) {
            // Without it, buildah warns of any platform other than the machine's. Every release with build contexts has
            // it.
            load.add(2, "--platform=" + request.platform());
        }
        return load;
    }
}
