package io.jenkins.plugins.multiarch.dispatch;

import hudson.CloseProofOutputStream;
import hudson.remoting.RemoteOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;

/** The log of a branch, for code on its agent. What masks secrets stays on the controller, so the bytes go there. */
final class AgentLog implements Serializable {

    private static final long serialVersionUID = 1L;

    private final OutputStream bytes;

    AgentLog(PrintStream log) {
        this.bytes = new RemoteOutputStream(new CloseProofOutputStream(log));
    }

    PrintStream lines() {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }
}
