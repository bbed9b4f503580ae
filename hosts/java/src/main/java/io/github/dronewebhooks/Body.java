package io.github.dronewebhooks;

/** The records of a body, and the advice for those who do not have its bytes. */
final class Body {
    static final int HASH_BYTES = 32;

    private static final int BYTES = 1;
    private static final int HASHED = 2;
    private static final int BOTH = 3;

    private Body() {}

    /** Throws {@code body_not_bytes} for null: all else is bytes by its type. */
    static void check(byte[] body) {
        if (body == null) {
            throw WebhookVerificationException.bodyNotBytes(
                    "the body is null, not the raw bytes that were signed. Spring: take @RequestBody byte[], or DroneWebhookFilter in front;"
                            + " servlets: request.getInputStream().readAllBytes(), before anything has parsed it",
                    null);
        }
    }

    /** A body's hash and length. */
    static RecordWriter hashed(byte[] hash, long length) {
        return new RecordWriter(44).u32(HASHED).raw(hash).u64(length);
    }

    /** A body's hash and bytes, after a head. */
    static RecordWriter both(RecordWriter head, byte[] hash, byte[] body) {
        return new RecordWriter(head.length() + HASH_BYTES + 8 + body.length)
                .raw(head.buffer(), head.length())
                .u32(BOTH)
                .raw(hash)
                .text(body);
    }

    /** A body's bytes. */
    static RecordWriter bytes(RecordWriter record, byte[] body) {
        return record.u32(BYTES).text(body);
    }
}
