package org.csanchez.jenkins.plugins.kubernetes;

import hudson.model.Descriptor;
import hudson.model.Slave;
import hudson.slaves.ComputerLauncher;
import java.io.IOException;

/** Stands for an agent of the Kubernetes plugin, which the tests have not: it has that name, and runs on this machine. */
public final class KubernetesSlave extends Slave {

    private static final long serialVersionUID = 1L;

    public KubernetesSlave(String name, String root, ComputerLauncher launcher)
            throws IOException, Descriptor.FormException {
        super(name, root, launcher);
    }
}
