package io.jenkins.plugins.multiarch.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import io.jenkins.plugins.multiarch.engine.registry.TestImages;
import io.jenkins.plugins.multiarch.engine.registry.TlsServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A registry on a loopback address usually has no TLS, but nothing forbids it. */
@Tag("integration")
class TlsOnLoopbackTest {

    @Test
    void isUsedWhereTheRegistryWantsIt(@TempDir Path temp) throws Exception {
        Path keys = Files.createDirectory(temp.resolve("keys"));
        TlsServer.writePem(keys);
        try (RealRegistry plain = RealRegistry.start();
                RealRegistry tls =
                        RealRegistry.startWithTls(keys.resolve("certificate.pem"), keys.resolve("key.pem"))) {
            TestImages.anonymous().push(plain.image("far/app:1-arm64"), "linux/arm64");
            String address = tls.address().replace("localhost", "127.0.0.1");
            StringWriter err = new StringWriter();
            CommandLine multiarch = Main.commandLine()
                    .setOut(new PrintWriter(new StringWriter()))
                    .setErr(new PrintWriter(err));
            String[] push = {
                "push",
                "--config=" + temp,
                "--image=" + address + "/here/app:1",
                "--source=" + plain.image("far/app:1-arm64"),
                "--ca=" + keys.resolve("ca.pem")
            };

            assertThat(multiarch.execute(push)).as(err.toString()).isZero();
            assertThat(multiarch.execute(Arrays.copyOf(push, push.length - 1))).isNotZero();
            assertThat(err.toString()).contains("name the authority of its certificate for " + address);
        }
    }
}
