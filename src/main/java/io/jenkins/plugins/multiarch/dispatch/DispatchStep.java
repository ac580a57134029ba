package io.jenkins.plugins.multiarch.dispatch;

import org.jenkinsci.plugins.workflow.steps.Step;

/**
 * A step that only the dispatch script calls. Its form and its help, which Jenkins looks for beside this class, say so:
 * the Snippet Generator has no way to leave a step out, it only lists those that are not meant for authors in the end.
 */
public abstract class DispatchStep extends Step {}
