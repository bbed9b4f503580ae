package io.github.dronewebhooks;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dronewebhooks.payload.Payload;
import java.time.Instant;
import java.util.List;

/**
 * A request that is authentic and fresh. Its facts and payload are read when they are first asked for. Safe for several threads, and independent of the
 * verifier that made it.
 */
public final class Delivery {
    private record Facts(Instant signedAt, String id, String keyId, List<String> signedHeaders) {}

    private record Content(String event, String action, Payload payload) {}

    private final InstancePool instances;
    private final RecordWriter head;
    private final byte[] body;
    // Read by two threads at once they are read twice, and are equal.
    private volatile Facts facts;
    private volatile Content content;

    Delivery(InstancePool instances, RecordWriter head, byte[] body) {
        this.instances = instances;
        this.head = head;
        this.body = body;
    }

    /** The same for the same request, on every host, and for nothing else: use it to drop what was handled before. 64 hex digits. */
    public String id() {
        return facts().id;
    }

    /** The signed time, in whole seconds. */
    public Instant signedAt() {
        return facts().signedAt;
    }

    /** The keyId of the signature, which chose the key and is not itself signed; empty where there was none. */
    public String keyId() {
        return facts().keyId;
    }

    /** What was signed: names in lower case, in their order. */
    public List<String> signedHeaders() {
        return facts().signedHeaders;
    }

    /**
     * {@code user}, {@code repo} or {@code build}, as the signed body says, or what a later Drone sends; null for a body that is no webhook, such as
     * those of Drone's extension calls.
     *
     * @throws WebhookVerificationException {@code payload_malformed}, {@code event_mismatch} (the header {@code X-Drone-Event}, which is not signed,
     *     says otherwise) or {@code digest_mismatch} (the bytes were changed after they were verified); {@link #action()} and {@link #payload()}
     *     throw the same
     */
    public String event() {
        return content().event;
    }

    /**
     * {@code created}, {@code updated}, {@code deleted}, {@code enabled} or {@code disabled}, as the signed body says, or what a later Drone sends; null
     * for a body that is no webhook.
     */
    public String action() {
        return content().action;
    }

    /** The body, parsed: every field may be null, and what is not known here is in its {@link Payload#json()}. */
    public Payload payload() {
        return content().payload;
    }

    /** The body's bytes, as they were signed: the array that was verified, not a copy. */
    public byte[] body() {
        return body;
    }

    @Override
    public String toString() {
        return "Delivery[" + id() + "]";
    }

    private Facts facts() {
        if (facts == null) {
            facts = readFacts();
        }
        return facts;
    }

    private Facts readFacts() {
        return instances.use(instance -> {
            int verdict = instance.call(instance.facts, head.buffer(), head.length());
            var answer = expectAnswer(instance, verdict);
            return new Facts(Instant.ofEpochSecond(answer.u64()), answer.text(), answer.text(), List.of(answer.text().split(" ")));
        });
    }

    private Content content() {
        if (content == null) {
            content = readContent();
        }
        return content;
    }

    private Content readContent() {
        // The module judges the text, after it has compared the body with the signed digest once more; then Jackson reads it.
        return instances.use(instance -> {
            RecordWriter record = Body.both(head, instance.sha256(body), body);
            int verdict = instance.call(instance.payload, record.buffer(), record.length());
            var answer = expectAnswer(instance, verdict);
            String event = answer.text();
            String action = answer.text();
            JsonNode json = Json.read(body);
            return new Content(event, action, Payload.of(json));
        });
    }

    private static AnswerReader expectAnswer(ModuleInstance instance, int verdict) {
        if (ModuleInstance.codeOf(verdict) != 0) {
            throw instance.refusal(verdict);
        }
        return new AnswerReader(instance.answer(verdict));
    }
}
