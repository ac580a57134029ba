package io.jenkins.plugins.multiarch.engine.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentProxiesTest {

    private static String proxy(Map<String, String> environment, String target) {
        Proxy proxy = EnvironmentProxies.of(environment)
                .orElseThrow()
                .selector()
                .select(URI.create(target))
                .get(0);
        return proxy == Proxy.NO_PROXY
                ? "none"
                : ((InetSocketAddress) proxy.address()).getHostString() + ":"
                        + ((InetSocketAddress) proxy.address()).getPort();
    }

    @ParameterizedTest
    @CsvSource({
        "HTTPS_PROXY, http://p.example:3128, https://quay.io/v2/, p.example:3128",
        "https_proxy, p.example:3128, https://quay.io/v2/, p.example:3128",
        "HTTPS_PROXY, http://p.example, https://quay.io/v2/, p.example:80",
        "HTTPS_PROXY, http://p.example/, http://lab.example:5000/v2/, none",
        "HTTP_PROXY, http://[fd00::1]:8080, http://lab.example:5000/v2/, [fd00::1]:8080",
        "http_proxy, HTTP://p.example:1, http://lab.example/v2/, p.example:1",
        "HTTP_PROXY, http://p.example:1, https://quay.io/v2/, none",
    })
    void eachSchemeHasItsVariable(String variable, String value, String target, String proxy) {
        assertThat(proxy(Map.of(variable, value), target)).isEqualTo(proxy);
    }

    @ParameterizedTest
    @CsvSource({
        "'*', https://quay.io/, true",
        "quay.io, https://quay.io/, true",
        "QUAY.io, https://quay.io/, true",
        "quay.io, https://cdn.quay.io/, true",
        "quay.io, https://notquay.io/, false",
        ".quay.io, https://quay.io/, false",
        ".quay.io, https://cdn.quay.io/, true",
        "*.quay.io, https://cdn.quay.io/, true",
        "*.quay.io, https://quay.io/, false",
        "'a.example, quay.io', https://quay.io/, true",
        "'a.example quay.io', https://quay.io/, true",
        "'a.example,,quay.io,', https://quay.io/, true",
        "quay.io:443, https://quay.io/, true",
        "quay.io:5000, https://quay.io/, false",
        "quay.io:5000, https://quay.io:5000/, true",
        "10.0.0.0/8, https://10.1.2.3/, true",
        "10.0.0.0/8, https://11.1.2.3/, false",
        "10.0.0.0/8, https://ten.example/, false",
        "10.128.0.0/9, https://10.127.0.1/, false",
        "10.1.2.3, https://10.1.2.3:5000/, true",
        "10.1.2.3:5000, https://10.1.2.3/, false",
        "fd00::/8, 'https://[fd12::1]/', true",
        "fd00::1, 'https://[fd00:0::1]:5000/', true",
        "[fd00::1]:5000, 'https://[fd00::1]:5000/', true",
        "[fd00::1]:5000, 'https://[fd00::1]/', false",
        "10.0.0.0/99, https://10.1.2.3/, false",
        "'', https://localhost:5000/, true",
        "'', https://127.0.0.1:5000/, true",
        "'', 'https://[::1]:5000/', true",
        "'', https://quay.io/, false",
    })
    void noProxyHasManyForms(String noProxy, String target, boolean direct) {
        for (String variable : new String[] {"NO_PROXY", "no_proxy"}) {
            Map<String, String> environment = Map.of("HTTPS_PROXY", "http://p.example:3128", variable, noProxy);
            assertThat(proxy(environment, target)).isEqualTo(direct ? "none" : "p.example:3128");
        }
    }

    @Test
    void knowsThePasswordOfAProxyButDoesNotPrintIt() {
        Proxies proxies = EnvironmentProxies.of(
                        Map.of("HTTPS_PROXY", "http://bob:p%40ss+%3Aword@p.example:3128", "NO_PROXY", "direct.example"))
                .orElseThrow();
        assertThat(proxies.credential(URI.create("https://quay.io/v2/")))
                .contains(new RegistryCredential("bob", "p@ss+:word"));
        assertThat(proxies.credential(URI.create("https://direct.example/v2/"))).isEmpty();
        assertThat(proxies.toString()).doesNotContain("p@ss");
    }

    @Test
    void withoutVariablesThereIsNone() {
        assertThat(EnvironmentProxies.of(Map.of("NO_PROXY", "*", "HTTPS_PROXY", " ")))
                .isEmpty();
        assertThat(EnvironmentProxies.of(Map.of("HTTP_PROXY", "http://p.example", "REQUEST_METHOD", "GET")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"socks5://p.example:1080", "https://bob:s3cret@p.example", "http://", "http://bob:s3cret@p e"})
    void whatCannotBeUsedIsNamed(String proxy) {
        assertThatThrownBy(() -> EnvironmentProxies.of(Map.of("https_proxy", proxy)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("HTTPS_PROXY")
                .hasMessageNotContaining("s3cret")
                .hasNoCause();
    }
}
