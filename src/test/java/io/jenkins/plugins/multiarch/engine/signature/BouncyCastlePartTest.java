package io.jenkins.plugins.multiarch.engine.signature;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The part of Bouncy Castle that engine-pom.xml puts into the command line's jar is all that reading a key takes. */
class BouncyCastlePartTest {

    private static final Pattern INCLUDE = Pattern.compile("<include>(org/bouncycastle/.+)</include>");

    @TempDir
    private Path part;

    private void copyPart() throws IOException {
        List<Pattern> included = new ArrayList<>();
        Matcher include = INCLUDE.matcher(Files.readString(Path.of("engine-pom.xml")));
        while (include.find()) {
            included.add(Pattern.compile("/"
                    + include.group(1)
                            .replace(".", "\\.")
                            .replace("$", "\\$")
                            .replace("**", "§")
                            .replace("*", "[^/]*")
                            .replace("§", ".*")));
        }
        assertThat(included).hasSizeGreaterThan(10);
        Path jar = Stream.of(System.getProperty("java.class.path").split(java.io.File.pathSeparator))
                .filter(entry -> entry.contains("bcprov"))
                .map(Path::of)
                .findFirst()
                .orElseThrow();
        try (FileSystem all = FileSystems.newFileSystem(jar);
                Stream<Path> files = Files.walk(all.getPath("/org/bouncycastle"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (included.stream()
                        .anyMatch(one -> one.matcher(file.toString()).matches())) {
                    Path copy = part.resolve(file.toString().substring(1));
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy);
                }
            }
        }
    }

    @Test
    void everyKindOfKeyIsReadWithIt() throws Exception {
        copyPart();
        List<URL> classPath = new ArrayList<>(List.of(part.toUri().toURL()));
        for (String entry : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
            if (!entry.contains("bcprov")) {
                classPath.add(Path.of(entry).toUri().toURL());
            }
        }
        byte[] sec1 = new org.bouncycastle.asn1.sec.ECPrivateKey(
                        256,
                        ((java.security.interfaces.ECPrivateKey)
                                        TestKeys.ec("secp256r1").getPrivate())
                                .getS(),
                        SECObjectIdentifiers.secp256r1)
                .getEncoded();
        try (URLClassLoader loader =
                        new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
                InputStream cosigns = getClass().getResourceAsStream("cosign.key")) {
            var read = loader.loadClass(SigningKey.class.getName()).getMethod("read", String.class, char[].class);
            for (String key : List.of(
                    new String(cosigns.readAllBytes(), StandardCharsets.UTF_8),
                    TestKeys.privatePem(),
                    TestKeys.pem("EC PRIVATE KEY", sec1))) {
                Object signing = read.invoke(null, key, "correct horse ä".toCharArray());
                assertThat(signing.toString()).startsWith("private key of sha256:");
                assertThat(signing.getClass()).isNotEqualTo(SigningKey.class);
            }
        }
    }
}
