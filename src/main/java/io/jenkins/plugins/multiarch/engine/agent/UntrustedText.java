package io.jenkins.plugins.multiarch.engine.agent;

/** Text that another machine has sent, made fit for one line of a log or a cell of a page. It is still no HTML. */
public final class UntrustedText {

    /** Longer texts are cut off here. */
    public static final int LONGEST = 800;

    private UntrustedText() {}

    /**
     * Truncates a text to {@value #LONGEST} characters, and replaces control, bidirectional and unpaired surrogate
     * characters, line ends included, with question marks.
     *
     * @param text null counts as empty
     */
    public static String clean(String text) {
        if (text == null) {
            return "";
        }
        String kept = text.length() > LONGEST ? text.substring(0, LONGEST - 1) + "…" : text;
        return kept.replaceAll("\\p{C}", "?");
    }
}
