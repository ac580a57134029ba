package io.jenkins.plugins.multiarch.engine.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.registry.ScriptedRegistry.Asked;
import io.jenkins.plugins.multiarch.engine.registry.ScriptedRegistry.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a well-behaved registry answers, with everything in memory. No index gets in without its members. */
final class MemoryRegistry implements ScriptedRegistry.Script {

    private static final Pattern PATH = Pattern.compile("/v2/(.+?)/(manifests|blobs/uploads|blobs|referrers)/([^/]*)");
    private static final ObjectMapper JSON = new ObjectMapper();

    private record Document(String mediaType, byte[] content) {}

    /** Repository, {@code @} and digest to what is there. */
    final Map<String, byte[]> blobs = new ConcurrentHashMap<>();

    private final Map<String, Document> manifests = new ConcurrentHashMap<>();

    /** Repository, {@code :} and tag to the digest it points at. */
    final Map<String, String> tags = new ConcurrentHashMap<>();

    /** Whether manifests are taken without a look at what they refer to. */
    volatile boolean trusts;

    /** Whether blobs can be mounted from one repository into another. */
    volatile boolean mounts = true;

    /** How many bytes of a blob it takes in one request. */
    volatile int mostBytes = Integer.MAX_VALUE;

    private final Map<String, ByteArrayOutputStream> uploads = new ConcurrentHashMap<>();

    /** Whether a manifest is deleted with the last tag that points at it. */
    volatile boolean deletesUntagged;

    /** Whether it lists what is about a manifest, and says so when it takes something with a subject. */
    volatile boolean notesSubjects;

    @Override
    public Reply answer(Asked request) throws IOException {
        if (request.path().equals("/v2/")) {
            return Reply.of(200, "{}", "Content-Type", "application/json");
        }
        Matcher path = PATH.matcher(request.path());
        if (!path.matches()) {
            return error(404, "NAME_UNKNOWN");
        }
        String repository = path.group(1);
        String last = path.group(3);
        return switch (path.group(2)) {
            case "manifests" -> manifest(request, repository, last);
            case "blobs" -> blob(repository, last);
            case "referrers" -> referrers(request, repository, last);
            default -> upload(request, repository, last);
        };
    }

    private static Reply error(int status, String code) {
        return Reply.of(status, "{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"as in the specification\"}]}");
    }

    private Reply manifest(Asked request, String repository, String reference) throws IOException {
        boolean byDigest = reference.contains(":");
        String digest = byDigest ? reference : tags.getOrDefault(repository + ":" + reference, "none");
        switch (request.method()) {
            case "GET", "HEAD":
                Document found = manifests.get(repository + "@" + digest);
                return found == null
                        ? error(404, "MANIFEST_UNKNOWN")
                        : Reply.of(
                                200,
                                found.content(),
                                "Content-Type",
                                found.mediaType(),
                                "Docker-Content-Digest",
                                digest);
            case "DELETE":
                return delete(repository, reference, byDigest);
            case "PUT":
                return put(request, repository, reference, byDigest);
            default:
                return error(405, "UNSUPPORTED");
        }
    }

    private Reply delete(String repository, String reference, boolean byDigest) {
        if (byDigest) {
            return manifests.remove(repository + "@" + reference) == null
                    ? error(404, "MANIFEST_UNKNOWN")
                    : Reply.of(202, "");
        }
        String digest = tags.remove(repository + ":" + reference);
        if (digest == null) {
            return error(404, "MANIFEST_UNKNOWN");
        }
        boolean tagged = tags.entrySet().stream()
                .anyMatch(tag -> tag.getKey().startsWith(repository + ":")
                        && tag.getValue().equals(digest));
        if (deletesUntagged && !tagged) {
            manifests.remove(repository + "@" + digest);
        }
        return Reply.of(202, "");
    }

    private Reply put(Asked request, String repository, String reference, boolean byDigest) throws IOException {
        JsonNode document = JSON.readTree(request.content());
        for (JsonNode member : document.path("manifests")) {
            if (!trusts
                    && !manifests.containsKey(
                            repository + "@" + member.path("digest").asText())) {
                return error(400, "MANIFEST_BLOB_UNKNOWN");
            }
        }
        for (JsonNode layer : document.path("layers")) {
            if (!trusts
                    && !layer.has("urls")
                    && !blobs.containsKey(
                            repository + "@" + layer.path("digest").asText())) {
                return error(400, "BLOB_UNKNOWN");
            }
        }
        String digest = Digest.ofSha256(request.content()).toString();
        if (byDigest && !digest.equals(reference)) {
            return error(400, "DIGEST_INVALID");
        }
        manifests.put(repository + "@" + digest, new Document(request.contentType(), request.content()));
        if (!byDigest) {
            tags.put(repository + ":" + reference, digest);
        }
        Reply stored = Reply.of(201, "", "Docker-Content-Digest", digest);
        String subject = document.path("subject").path("digest").asText();
        return notesSubjects && !subject.isEmpty() ? stored.with("OCI-Subject", subject) : stored;
    }

    void forgetReferrers(String repository, String subject) {
        manifests
                .entrySet()
                .removeIf(manifest -> manifest.getKey().startsWith(repository + "@")
                        && new String(manifest.getValue().content(), StandardCharsets.UTF_8)
                                .matches("(?s).*\"subject\":\\{[^}]*" + subject + ".*"));
        tags.keySet().removeIf(tag -> tag.startsWith(repository + ":" + subject.replace(':', '-')));
    }

    /** Two entries a page. */
    private Reply referrers(Asked request, String repository, String subject) throws IOException {
        if (!notesSubjects) {
            return error(404, "UNSUPPORTED");
        }
        List<String> entries = new ArrayList<>();
        for (Map.Entry<String, Document> manifest : new TreeMap<>(manifests).entrySet()) {
            JsonNode document = JSON.readTree(manifest.getValue().content());
            if (manifest.getKey().startsWith(repository + "@")
                    && document.path("subject").path("digest").asText().equals(subject)) {
                entries.add("{\"mediaType\":\"" + manifest.getValue().mediaType() + "\",\"digest\":\""
                        + manifest.getKey().substring(repository.length() + 1) + "\",\"size\":"
                        + manifest.getValue().content().length + ",\"artifactType\":\""
                        + document.path("artifactType").asText() + "\"}");
            }
        }
        int from =
                request.query() == null ? 0 : Integer.parseInt(request.query().replace("from=", ""));
        int to = Math.min(from + 2, entries.size());
        Reply page = Reply.of(
                200,
                "{\"schemaVersion\":2,\"mediaType\":\"" + Manifest.OCI_INDEX + "\",\"manifests\":["
                        + String.join(",", entries.subList(from, to)) + "]}",
                "Content-Type",
                Manifest.OCI_INDEX);
        return to == entries.size()
                ? page
                : page.with("Link", "<" + request.path() + "?from=" + to + ">; rel=\"next\"");
    }

    private Reply blob(String repository, String digest) {
        byte[] content = blobs.get(repository + "@" + digest);
        return content == null ? error(404, "BLOB_UNKNOWN") : Reply.of(200, content);
    }

    private Reply upload(Asked request, String repository, String session) {
        String query = request.query() == null ? "" : request.query();
        if (request.method().equals("POST")) {
            Matcher mount = Pattern.compile("mount=(.+)&from=(.+)").matcher(query);
            if (mount.matches() && mounts) {
                byte[] content = blobs.get(mount.group(2) + "@" + mount.group(1));
                if (content != null) {
                    blobs.put(repository + "@" + mount.group(1), content);
                    return Reply.of(201, "");
                }
            }
            return Reply.of(
                    202, "", "Location", "/v2/" + repository + "/blobs/uploads/" + UUID.randomUUID() + "?_state=x");
        }
        if (request.content().length > mostBytes) {
            return error(413, "SIZE_INVALID");
        }
        ByteArrayOutputStream content = uploads.computeIfAbsent(session, key -> new ByteArrayOutputStream());
        content.writeBytes(request.content());
        if (request.method().equals("PATCH")) {
            return Reply.of(
                    202,
                    "",
                    "Location",
                    "/v2/" + repository + "/blobs/uploads/" + session + "?_state=" + content.size(),
                    "Range",
                    "0-" + (content.size() - 1));
        }
        uploads.remove(session);
        String digest = query.replaceFirst(".*digest=", "");
        if (!Digest.parse(digest).matches(content.toByteArray())) {
            return error(400, "DIGEST_INVALID");
        }
        blobs.put(repository + "@" + digest, content.toByteArray());
        return Reply.of(201, "");
    }
}
