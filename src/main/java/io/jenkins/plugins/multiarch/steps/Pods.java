package io.jenkins.plugins.multiarch.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Node;

/** Agents of the Kubernetes plugin. It need not be installed, so they are known by the name of their class. */
public final class Pods {

    private static final String POD = "org.csanchez.jenkins.plugins.kubernetes.KubernetesSlave";

    private Pods() {}

    /** Whether a node is a pod, so that the {@code container} step works there; false for null. */
    public static boolean isPod(@CheckForNull Node node) {
        for (Class<?> type = node == null ? null : node.getClass(); type != null; type = type.getSuperclass()) {
            if (type.getName().equals(POD)) {
                return true;
            }
        }
        return false;
    }
}
