package io.jenkins.plugins.multiarch.engine.access;

import java.io.Serializable;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * The way to one registry, without a credential.
 *
 * @param plainHttp whether it is reached by plain HTTP
 * @param authorities certificate authorities that are trusted for it besides those for all
 * @param mirror where manifests and blobs are read first, and the registry itself if the mirror does not have them or
 *     fails; what is being changed is read where it is written, in the registry itself. Null for none
 * @param inPieces whether large blobs are sent in several requests, because something before it takes no large ones and
 *     does not say so in time
 */
public record Route(boolean plainHttp, List<X509Certificate> authorities, Mirror mirror, boolean inPieces)
        implements Serializable {

    /** TLS, as Java trusts it. */
    public static final Route USUAL = new Route(false, List.of(), null, false);

    public Route {
        authorities = List.copyOf(authorities);
    }

    Route byPlainHttp() {
        return new Route(true, authorities, mirror, inPieces);
    }

    Route trusting(List<X509Certificate> more) {
        List<X509Certificate> all = new ArrayList<>(authorities);
        all.addAll(more);
        return new Route(plainHttp, all, mirror, inPieces);
    }

    Route by(Mirror other) {
        return new Route(plainHttp, authorities, other, inPieces);
    }

    Route withPieces() {
        return new Route(plainHttp, authorities, mirror, true);
    }
}
