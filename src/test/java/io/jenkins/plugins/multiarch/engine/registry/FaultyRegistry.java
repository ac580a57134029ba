package io.jenkins.plugins.multiarch.engine.registry;

import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.ScriptedRegistry.Asked;
import io.jenkins.plugins.multiarch.engine.registry.ScriptedRegistry.Reply;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A registry in this process that behaves well, but for the faults that a test plans. */
public final class FaultyRegistry implements AutoCloseable {

    /** What goes wrong with one request. */
    public interface Fault {

        /** @param wellBehaved what would have answered properly */
        Reply answer(Asked request, ScriptedRegistry.Script wellBehaved) throws IOException;

        /** It answers with this status, and does nothing. */
        static Fault status(int status, String... headers) {
            return (request, wellBehaved) ->
                    Reply.of(status, "{\"errors\":[{\"code\":\"FAULT\",\"message\":\"planned\"}]}", headers);
        }

        /** The connection is lost before anything is done. */
        static Fault lost() {
            return (request, wellBehaved) -> null;
        }

        /** It does what it is asked to, but the connection is lost before the answer. */
        static Fault answerLost() {
            return (request, wellBehaved) -> {
                wellBehaved.answer(request);
                return null;
            };
        }

        /** It does what it is asked to, but answers that it failed. */
        static Fault confused(int status) {
            return (request, wellBehaved) -> {
                wellBehaved.answer(request);
                return Reply.of(status, "");
            };
        }

        /** Only half of the answer arrives. */
        static Fault truncated() {
            return (request, wellBehaved) -> wellBehaved.answer(request).truncated();
        }

        /** It answers some other bytes. */
        static Fault otherBytes() {
            return (request, wellBehaved) -> {
                Reply reply = wellBehaved.answer(request);
                byte[] body = reply.body().clone();
                body[body.length - 2] ^= 1;
                return new Reply(reply.status(), reply.headers(), body, body.length);
            };
        }

        /** It calls what it answers, or has stored, by another digest. */
        static Fault otherDigest() {
            return (request, wellBehaved) -> wellBehaved
                    .answer(request)
                    .with("Docker-Content-Digest", Digest.ofSha256(new byte[1]).toString());
        }

        /** It answers this, whatever it is asked. */
        static Fault answer(int status, byte[] body, String... headers) {
            return (request, wellBehaved) -> Reply.of(status, body, headers);
        }

        /** It wants to know who asks, although it has just let him in. */
        static Fault expired() {
            return status(401, "WWW-Authenticate", "Basic realm=\"demo\"");
        }

        /** It answers once so many such requests are under way at the same time; if they never are, none. */
        static Fault together(int requests) {
            CountDownLatch missing = new CountDownLatch(requests);
            return (request, wellBehaved) -> {
                missing.countDown();
                try {
                    if (!missing.await(20, TimeUnit.SECONDS)) {
                        return Reply.of(403, "");
                    }
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                return wellBehaved.answer(request);
            };
        }

        /** It answers late. */
        static Fault slow(long millis) {
            return (request, wellBehaved) -> {
                try {
                    TimeUnit.MILLISECONDS.sleep(millis);
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                return wellBehaved.answer(request);
            };
        }
    }

    private final MemoryRegistry memory = new MemoryRegistry();
    private final Map<Pattern, Deque<Fault>> planned = new LinkedHashMap<>();
    private final ScriptedRegistry server;

    public FaultyRegistry() throws IOException {
        server = new ScriptedRegistry(this::answer);
    }

    /**
     * Plans faults for the next requests of a kind, one each.
     *
     * @param request a regular expression that {@code METHOD /path?query} must match
     */
    public FaultyRegistry next(String request, Fault... faults) {
        synchronized (planned) {
            planned.put(Pattern.compile(request), new ArrayDeque<>(List.of(faults)));
        }
        return this;
    }

    /** Plans the same fault for every request of a kind. */
    public FaultyRegistry always(String request, Fault fault) {
        Fault[] many = new Fault[10_000];
        java.util.Arrays.fill(many, fault);
        return next(request, many);
    }

    private Reply answer(Asked request) throws IOException {
        Fault fault = null;
        synchronized (planned) {
            for (Map.Entry<Pattern, Deque<Fault>> entry : planned.entrySet()) {
                if (fault == null && entry.getKey().matcher(request.toString()).matches()) {
                    fault = entry.getValue().poll();
                }
            }
        }
        return fault == null ? memory.answer(request) : fault.answer(request, memory);
    }

    /** Forgets the faults that are still planned. */
    public void heal() {
        synchronized (planned) {
            planned.clear();
        }
    }

    /** A registry that takes every manifest, whether it has what that refers to or not. */
    public FaultyRegistry trusting() {
        memory.trusts = true;
        return this;
    }

    /** A registry that takes so many bytes of a blob in one request. */
    public FaultyRegistry taking(int bytes) {
        memory.mostBytes = bytes;
        return this;
    }

    /** A registry that mounts no blobs. */
    public FaultyRegistry withoutMounts() {
        memory.mounts = false;
        return this;
    }

    /** A registry that deletes a manifest with the last tag that points at it. */
    public FaultyRegistry deletingUntagged() {
        memory.deletesUntagged = true;
        return this;
    }

    /** A registry that lists by itself what is about a manifest, and answers {@code OCI-Subject}. */
    public FaultyRegistry notingSubjects() {
        memory.notesSubjects = true;
        return this;
    }

    /** Forgets everything that is about a manifest, and every tag that is made of its digest. */
    public void forgetReferrers(ImageReference subject) {
        memory.forgetReferrers(subject.repository(), subject.digest());
    }

    /** A reference into this registry, e.g. of {@code demo/hello:1}. */
    public ImageReference image(String repositoryAndTag) {
        return ImageReference.parse(server.address() + "/" + repositoryAndTag);
    }

    /** Every request so far, as {@code METHOD /path?query}. */
    public List<String> asked() {
        return server.asked.stream().map(Asked::toString).toList();
    }

    /** How many requests of a kind there have been. */
    public long count(String request) {
        return asked().stream().filter(asked -> asked.matches(request)).count();
    }

    /** Forgets the requests so far. */
    public void forget() {
        server.asked.clear();
    }

    public ScriptedRegistry server() {
        return server;
    }

    /** What this tag points at; empty if there is none. */
    public String digestOf(ImageReference tag) {
        return memory.tags.getOrDefault(tag.repository() + ":" + tag.tag(), "");
    }

    /** Whether a repository has a blob. */
    public boolean hasBlob(ImageReference repository, String digest) {
        return memory.blobs.containsKey(repository.repository() + "@" + digest);
    }

    @Override
    public void close() {
        server.close();
    }
}
