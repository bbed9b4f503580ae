package io.github.dronewebhooks;

import static io.github.dronewebhooks.WebhookVerificationException.configInvalid;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * The sender's side: what Drone writes for a body. For tests, tools and gateways that sign anew. Immutable, and safe for several threads.
 *
 * <pre>{@code
 * SignedHeaders headers = Signer.withSecret(secret).sign(body);
 * }</pre>
 */
public final class Signer {
    /**
     * What Drone signs on its extension calls (config, convert, validate, admission, secret, registry, environ), in its order: a profile for
     * {@link DroneWebhookVerifier.Builder#requiredHeaders(List)}, and for {@link Builder#signedHeaders(List)}.
     */
    public static final List<String> EXTENSION_HEADERS = List.of("accept", "accept-encoding", "content-type", "date", "digest");

    private static final RequestHead NO_HEADERS = RequestHead.ofPairs(List.of());

    private static final class Pool {
        static final InstancePool INSTANCES = new InstancePool(ModuleInstance::verifying);
    }

    private final byte[] secret;
    private final Builder options;

    private Signer(Builder options) {
        this.options = options;
        secret = options.secret;
    }

    /** Signs as Drone does, with the value of {@code DRONE_WEBHOOK_SECRET} as it stands. */
    public static Signer withSecret(String secret) {
        return builder().secret(secret).build();
    }

    /** Options, of which only the secret is required. */
    public static Builder builder() {
        return new Builder();
    }

    /** Signs a body, as it will be sent. */
    public SignedHeaders sign(byte[] body) {
        return sign(NO_HEADERS, body);
    }

    /**
     * The same with the headers that are to be signed besides; a {@code Date} and {@code Digest} among them do not count.
     *
     * @throws WebhookVerificationException {@code config_invalid} for a mistake in the options, or a header that is to be signed and not there;
     *     {@code body_not_bytes}
     */
    public SignedHeaders sign(RequestHead head, byte[] body) {
        Body.check(body);
        RecordWriter record = record(head, body);
        try {
            return Pool.INSTANCES.use(instance -> {
                int verdict = instance.call(instance.sign, record.buffer(), record.length());
                if (ModuleInstance.codeOf(verdict) != 0) {
                    throw instance.refusal(verdict);
                }
                var answer = new AnswerReader(instance.answer(verdict));
                return new SignedHeaders(answer.text(), answer.text(), answer.text());
            });
        } finally {
            record.wipe();
        }
    }

    private RecordWriter record(RequestHead head, byte[] body) {
        var record = new RecordWriter(body.length + 1024).text(secret).optionalText(options.keyId);
        record.u32(options.algorithm);
        if (options.algorithm == Builder.NAMED) {
            record.text(options.algorithmName);
        }
        record.list(options.signedHeaders).u64(secondsOf(options.created)).u64(secondsOf(options.expires));
        HeadRecord.all(record, head, options.clock.instant().getEpochSecond());
        return Body.bytes(record, body);
    }

    private static long secondsOf(Instant time) {
        return time == null ? Long.MIN_VALUE : time.getEpochSecond();
    }

    /** How it is signed. Not safe for several threads. */
    public static final class Builder implements Cloneable {
        private static final int DEFAULT = 0;
        private static final int LEFT_OUT = 1;
        private static final int NAMED = 2;

        private byte[] secret;
        private String keyId;
        private int algorithm = DEFAULT;
        private String algorithmName;
        private List<String> signedHeaders;
        private Instant created;
        private Instant expires;
        private Clock clock = Clock.systemUTC();

        private Builder() {}

        /** The value of {@code DRONE_WEBHOOK_SECRET} as it stands: its UTF-8. */
        public Builder secret(String secret) {
            return secret(secret == null ? null : VerifierConfiguration.encode(secret, "the secret"));
        }

        /** The same as bytes, which are copied. */
        public Builder secret(byte[] secret) {
            if (secret == null) {
                throw configInvalid("the secret is null: give the value of DRONE_WEBHOOK_SECRET");
            }
            this.secret = secret.clone();
            return this;
        }

        /** Default {@code hmac-key}. */
        public Builder keyId(String keyId) {
            this.keyId = Objects.requireNonNull(keyId, "keyId");
            return this;
        }

        /**
         * What the signature says of its algorithm, which is always HMAC-SHA256: {@code hmac-sha256}, the default, or {@code hs2019}; null leaves it out.
         * {@code (created)} and {@code (expires)} want {@code hs2019}.
         */
        public Builder algorithm(String name) {
            algorithm = name == null ? LEFT_OUT : NAMED;
            algorithmName = name;
            return this;
        }

        /** What is signed, in this order. Default {@code date digest}. */
        public Builder signedHeaders(List<String> names) {
            signedHeaders = List.copyOf(names);
            return this;
        }

        /** The parameter {@code created}, in whole seconds. */
        public Builder created(Instant time) {
            created = Objects.requireNonNull(time, "created");
            return this;
        }

        /** The parameter {@code expires}, in whole seconds. */
        public Builder expires(Instant time) {
            expires = Objects.requireNonNull(time, "expires");
            return this;
        }

        /** The time for {@code Date}. Default the system's. */
        public Builder clock(Clock clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /** The signer. Throws {@code config_invalid} without a secret. */
        public Signer build() {
            if (secret == null) {
                throw configInvalid("the secret is missing: give the value of DRONE_WEBHOOK_SECRET");
            }
            return new Signer(clone());
        }

        /** A copy, so that what was built stays as it is. */
        @Override
        public Builder clone() {
            try {
                return (Builder) super.clone();
            } catch (CloneNotSupportedException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }
}
