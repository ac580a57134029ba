package io.jenkins.plugins.multiarch.engine.http;

import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * What an HTTP client of plain HTTP has in place of TLS: nothing. Without it the client would load Java's providers of
 * cryptography and its authorities when it is made, 0.2 s of a short program.
 */
final class WithoutTls extends SSLContextSpi {

    private WithoutTls() {}

    /** Makes no connection. */
    static SSLContext context() {
        return new SSLContext(new WithoutTls(), null, "none") {};
    }

    private static UnsupportedOperationException unsupported() {
        return new UnsupportedOperationException("This client is for plain HTTP");
    }

    @Override
    protected void engineInit(KeyManager[] keys, TrustManager[] authorities, SecureRandom random) {
        throw unsupported();
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
        throw unsupported();
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
        throw unsupported();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
        throw unsupported();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String host, int port) {
        throw unsupported();
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
        throw unsupported();
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
        throw unsupported();
    }

    @Override
    protected SSLParameters engineGetDefaultSSLParameters() {
        return new SSLParameters(new String[0], new String[0]);
    }

    @Override
    protected SSLParameters engineGetSupportedSSLParameters() {
        return engineGetDefaultSSLParameters();
    }
}
