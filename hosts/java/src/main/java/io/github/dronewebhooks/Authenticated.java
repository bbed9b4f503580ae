package io.github.dronewebhooks;

/** Headers that are authentic and fresh; the body is still to come. Made by {@link DroneWebhookVerifier#authenticate(RequestHead)}. */
public final class Authenticated {
    private final DroneWebhookVerifier verifier;
    private final RecordWriter head;

    Authenticated(DroneWebhookVerifier verifier, RecordWriter head) {
        this.verifier = verifier;
        this.head = head;
    }

    /**
     * Step 10: whether this is the body that was signed. May be called again after a refusal.
     *
     * @throws WebhookVerificationException {@code body_not_bytes}, {@code body_too_large}, {@code digest_malformed}, {@code digest_unsupported},
     *     {@code digest_mismatch}
     */
    public Delivery finish(byte[] body) {
        return verifier.finish(head, body);
    }

    /** The refusal of a body that has at least so many bytes, more than {@link DroneWebhookVerifier#maxBodyBytes()}: nothing of it needs to be read. */
    public WebhookVerificationException tooLarge(long length) {
        return verifier.tooLarge(head, length);
    }
}
