package io.jenkins.plugins.multiarch.engine.provenance;

/** How a platform image came about. */
public enum BuildMode {
    /** By an agent whose own CPU runs the platform. */
    NATIVE("native"),
    /** Under QEMU. */
    EMULATED("emulated"),
    /** Assembled without running anything. */
    WITHOUT_MACHINE("without a machine");

    private final String words;

    BuildMode(String words) {
        this.words = words;
    }

    /** As it is written in provenance. */
    @Override
    public String toString() {
        return words;
    }
}
