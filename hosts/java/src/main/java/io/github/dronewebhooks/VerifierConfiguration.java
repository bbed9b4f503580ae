package io.github.dronewebhooks;

import static io.github.dronewebhooks.WebhookVerificationException.configInvalid;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The record of a receiver's options. What is not said keeps the module's default, so no number is repeated here. */
final class VerifierConfiguration {
    private static final long DEFAULT = -1;

    // The module's own, for those who must remember for as long as a replay could be accepted.
    private static final Duration DEFAULT_TOLERANCE = Duration.ofSeconds(300);

    private record Secret(String keyId, byte[] bytes) {}

    private final List<Secret> secrets = new ArrayList<>();
    private long tolerance = DEFAULT;
    private long maxBodyBytes = DEFAULT;
    private int maxHeaderBytes = RecordWriter.NONE;
    private int maxHeaders = RecordWriter.NONE;
    private List<String> required;

    void addSecret(String keyId, String secret) {
        addSecret(keyId, secret == null ? null : encode(secret, "the secret"));
    }

    void addSecret(String keyId, byte[] secret) {
        if (secret == null) {
            throw configInvalid("the secret is null: give the value of DRONE_WEBHOOK_SECRET, the same as at the server");
        }
        secrets.add(new Secret(keyId, secret.clone()));
    }

    void addKey(String keyId, String secret) {
        addSecret(checkKeyId(keyId), secret);
    }

    void addKey(String keyId, byte[] secret) {
        addSecret(checkKeyId(keyId), secret);
    }

    void tolerance(Duration duration) {
        if (duration == null || duration.isNegative()) {
            throw configInvalid("tolerance must be a duration from 0 up, not " + duration);
        }
        tolerance = duration.toSeconds();
    }

    Duration tolerance() {
        return tolerance == DEFAULT ? DEFAULT_TOLERANCE : Duration.ofSeconds(tolerance);
    }

    void requiredHeaders(List<String> names) {
        if (names == null || names.stream().anyMatch(name -> name == null)) {
            throw configInvalid("requiredHeaders must be a list of names, not " + names);
        }
        required = List.copyOf(names);
    }

    void maxBodyBytes(long bytes) {
        maxBodyBytes = checkCount(bytes, "maxBodyBytes");
    }

    void maxHeaderBytes(int bytes) {
        maxHeaderBytes = (int) checkCount(bytes, "maxHeaderBytes");
    }

    void maxHeaders(int count) {
        maxHeaders = (int) checkCount(count, "maxHeaders");
    }

    byte[] toRecord() {
        var record = new RecordWriter(256);
        record.u64(tolerance).u64(maxBodyBytes).u32(maxHeaderBytes).u32(maxHeaders).list(required).u32(secrets.size());
        for (Secret secret : secrets) {
            record.optionalText(secret.keyId).text(secret.bytes);
        }
        byte[] bytes = record.toByteArray();
        record.wipe();
        return bytes;
    }

    /** The UTF-8 of text; a lone surrogate has none. */
    static byte[] encode(String text, String what) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException malformed) {
            throw configInvalid(what + " is text with a lone surrogate, which has no UTF-8");
        }
    }

    private static String checkKeyId(String keyId) {
        if (keyId == null) {
            throw configInvalid("the keyId is null: use secret() for what holds for every keyId");
        }
        return keyId;
    }

    private static long checkCount(long value, String name) {
        // No more than a Java array could hold.
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw configInvalid(name + " must be a whole number from 0 to " + Integer.MAX_VALUE + ", not " + value);
        }
        return value;
    }
}
