package io.jenkins.plugins.multiarch.steps;

import hudson.model.Descriptor;
import hudson.slaves.ComputerLauncher;
import hudson.slaves.RetentionStrategy;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.util.Optional;
import org.csanchez.jenkins.plugins.kubernetes.KubernetesCloud;
import org.csanchez.jenkins.plugins.kubernetes.KubernetesSlave;
import org.csanchez.jenkins.plugins.kubernetes.PodTemplate;

/** An agent of the Kubernetes plugin without a Kubernetes: its launcher starts it on this machine. */
final class LocalPod extends KubernetesSlave {

    private static final long serialVersionUID = 1L;

    private final String root;

    LocalPod(String name, String root, ComputerLauncher launcher) throws IOException, Descriptor.FormException {
        super(name, new PodTemplate(), "", "", "", launcher, RetentionStrategy.NOOP);
        this.root = root;
    }

    @Override
    public String getRemoteFS() {
        return root;
    }

    @Override
    public Optional<Pod> getPod() {
        return Optional.empty();
    }

    /** The queue asks it whether it is restricted to certain folders. */
    @Override
    public KubernetesCloud getKubernetesCloud() {
        return new KubernetesCloud("none");
    }
}
