package io.jenkins.plugins.multiarch.engine.http;

import java.util.regex.Pattern;

/** Addresses as they may be shown: their queries can be signatures, which let anybody write where they lead. */
public final class Addresses {

    private static final Pattern USER = Pattern.compile("(\\w[\\w+.-]*://)[^\\s/?#'\"@]*@");
    private static final Pattern QUERY = Pattern.compile("(\\w[\\w+.-]*://[^\\s?'\"<>]*)\\?[^\\s'\"<>]*");

    private Addresses() {}

    /** A text with every address in it shown without user and query. */
    public static String redacted(String text) {
        String withoutUsers = USER.matcher(text).replaceAll("$1");
        return QUERY.matcher(withoutUsers).replaceAll("$1?…");
    }

    /** One address, or what claims to be one, without user and query. */
    public static String redactedAddress(String address) {
        int query = address.indexOf('?');
        return redacted(query < 0 ? address : address.substring(0, query) + "?…");
    }
}
