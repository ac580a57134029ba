package io.jenkins.plugins.multiarch.checkout;

import hudson.Extension;
import hudson.model.Run;
import hudson.plugins.git.Revision;
import hudson.plugins.git.util.BuildData;
import io.jenkins.plugins.multiarch.engine.http.Addresses;
import io.jenkins.plugins.multiarch.engine.provenance.SourceCode;
import java.util.HashSet;
import java.util.Set;

/** What Git has checked out. */
@Extension(optional = true)
public final class GitRecordedCheckout extends RecordedCheckout {

    @Override
    protected Set<SourceCode> find(Run<?, ?> run) {
        Set<SourceCode> all = new HashSet<>();
        for (BuildData data : run.getActions(BuildData.class)) {
            Revision revision = data.getLastBuiltRevision();
            if (revision != null && data.lastBuild.getBuildNumber() == run.getNumber()) {
                data.getRemoteUrls()
                        .forEach(url ->
                                all.add(new SourceCode(Addresses.redacted(url), "", revision.getSha1String(), true)));
            }
        }
        return all;
    }
}
