package io.jenkins.plugins.multiarch.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.FaultyRegistry;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.TestImages;
import io.jenkins.plugins.multiarch.engine.registry.TlsServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** One command with a registry that has TLS and another one that has none; neither counts as this machine. */
@Timeout(60)
class PlainAndTlsTest {

    private static ImageReference elsewhere(FaultyRegistry registry, String image) {
        String port = registry.server().address().replaceFirst(".*:", "");
        return ImageReference.parse("[::ffff:7f00:1]:" + port + "/" + image);
    }

    @Test
    void copiesFromTlsToPlainHttp(@TempDir Path temp) throws Exception {
        Path keys = Files.createDirectory(temp.resolve("keys"));
        try (FaultyRegistry plain = new FaultyRegistry();
                FaultyRegistry behind = new FaultyRegistry();
                TlsServer tls = TlsServer.start(keys, "-ext", "san=ip:127.0.0.1,ip:::ffff:7f00:1")) {
            tls.serve(behind);
            Manifest image = TestImages.anonymous().push(behind.image("far/app:1"), "linux/arm64");
            Path authority = Files.writeString(temp.resolve("ca.pem"), tls.pem());
            ImageReference target = elsewhere(plain, "team/app:1");
            StringWriter err = new StringWriter();
            CommandLine multiarch = Main.commandLine()
                    .setOut(new PrintWriter(new StringWriter()))
                    .setErr(new PrintWriter(err));

            int exit = multiarch.execute(
                    "push",
                    "--config=" + temp,
                    "--ca=" + authority,
                    "--insecure=" + target.registry(),
                    "--image=" + target,
                    "--source=" + tls.address() + "/far/app:1");

            assertThat(exit).as(err.toString()).isZero();
            assertThat(plain.hasBlob(target, image.json().at("/config/digest").asText()))
                    .isTrue();
        }
    }
}
