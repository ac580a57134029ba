package io.jenkins.plugins.multiarch.engine.provenance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * An in-toto statement: what is said about some artifacts. Whoever signs it stands for it.
 *
 * @param subjects what it is about; at least one
 * @param predicateType what kind of thing is said, as a URI
 * @param predicate what is said, an object of that kind
 * @see <a href="https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md">in-toto attestation, statement</a>
 */
public record Statement(List<Subject> subjects, String predicateType, JsonNode predicate) {

    private static final String TYPE = "https://in-toto.io/Statement/v1";

    /** The same fields; cosign 2 writes it. */
    private static final Set<String> KNOWN_TYPES = Set.of(TYPE, "https://in-toto.io/Statement/v0.1");

    /** @throws IllegalArgumentException if there is no subject, or no predicate type */
    public Statement {
        subjects = List.copyOf(subjects);
        // What was made here and what was read have the same types of nodes afterwards.
        predicate = Json.readObject(Json.write(predicate, ""));
        if (subjects.isEmpty() || predicateType.isEmpty()) {
            throw new IllegalArgumentException("A statement needs a subject and a predicate type; one is missing.");
        }
    }

    /**
     * Reads a statement.
     *
     * @throws IllegalArgumentException if it is none; the message says why, as the rest of a sentence
     */
    public static Statement parse(byte[] content) {
        JsonNode document = Json.readObject(content);
        String type = Json.string(document, "_type");
        if (!KNOWN_TYPES.contains(type)) {
            throw new IllegalArgumentException("its type '" + type + "' is no in-toto statement");
        }
        List<Subject> subjects = new ArrayList<>();
        for (JsonNode subject : Json.list(document, "subject")) {
            subjects.add(new Subject(Json.string(subject, "name"), Json.strings(subject, "digest")));
        }
        String predicateType = Json.string(document, "predicateType");
        if (subjects.isEmpty() || predicateType.isEmpty()) {
            throw new IllegalArgumentException("it has no subject or no predicate type");
        }
        JsonNode predicate = document.path("predicate");
        return new Statement(subjects, predicateType, predicate.isObject() ? predicate : Json.object());
    }

    /** The statement as JSON on one line; the same one always gives the same bytes. */
    public byte[] toJson() {
        ObjectNode document = Json.object();
        document.put("_type", TYPE);
        ArrayNode list = document.putArray("subject");
        for (Subject subject : subjects) {
            ObjectNode entry = list.addObject();
            if (!subject.name().isEmpty()) {
                entry.put("name", subject.name());
            }
            entry.set("digest", Json.of(subject.digests()));
        }
        document.put("predicateType", predicateType);
        document.set("predicate", predicate);
        return Json.write(document, "");
    }

    /** Whether one of its subjects has this digest. */
    public boolean isAbout(Digest digest) {
        return subjects.stream().anyMatch(subject -> subject.matches(digest));
    }

    /** A copy of the predicate. */
    @Override
    public JsonNode predicate() {
        return predicate.deepCopy();
    }
}
