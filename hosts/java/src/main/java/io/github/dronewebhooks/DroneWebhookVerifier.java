package io.github.dronewebhooks;

import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Verifies requests with the same secrets and options. Immutable, and safe for any number of threads, virtual ones included.
 *
 * <pre>{@code
 * var verifier = DroneWebhookVerifier.builder().secret(System.getenv("DRONE_WEBHOOK_SECRET")).build();
 * Delivery delivery = verifier.verify(headers, body);
 * }</pre>
 */
public final class DroneWebhookVerifier {
    private final Clock clock;
    private final Duration tolerance;
    private final InstancePool instances;
    private final long maxBodyBytes;
    private final String[] names;
    private final Explainer explainer;

    private DroneWebhookVerifier(VerifierConfiguration configuration, Clock clock) {
        this.clock = clock;
        tolerance = configuration.tolerance();
        byte[] record = configuration.toRecord();
        var first = ModuleInstance.verifying();
        AnswerReader answer = first.newVerifier(record);
        maxBodyBytes = answer.u64();
        names = answer.text().split(" ");
        instances = new InstancePool(() -> {
            var next = ModuleInstance.verifying();
            next.newVerifier(record);
            return next;
        }).with(first);
        explainer = new Explainer(record);
    }

    /** Options, of which only a secret is required. */
    public static Builder builder() {
        return new Builder();
    }

    /** The largest body, in bytes: stop reading there. */
    public long maxBodyBytes() {
        return maxBodyBytes;
    }

    /**
     * A request whose body is in memory. The array is not copied: whoever changes it afterwards gets {@code digest_mismatch} from the payload.
     *
     * @param headers names in any case; a list of values is as many lines
     * @param body the raw bytes: nothing may have decoded, parsed or trimmed them
     * @throws WebhookVerificationException for every refusal of steps 1 to 10
     */
    public Delivery verify(Map<String, List<String>> headers, byte[] body) {
        return verify(RequestHead.of(headers), body);
    }

    /** The same with the headers of {@code java.net.http}. */
    public Delivery verify(HttpHeaders headers, byte[] body) {
        return verify(RequestHead.of(headers), body);
    }

    /** The same with header lines as pairs, or with the request line. */
    public Delivery verify(RequestHead head, byte[] body) {
        return verify(head, body, clock.instant());
    }

    /** The same at another time than the clock's. */
    public Delivery verify(RequestHead head, byte[] body, Instant now) {
        Body.check(body);
        return instances.use(instance -> {
            RecordWriter record = authenticate(instance, head, now.getEpochSecond());
            return finish(instance, record, body);
        });
    }

    /**
     * Steps 1 to 9, from the headers alone: a forgery is refused before its body is read. The time counts when the headers come, however long the
     * body takes.
     *
     * @throws WebhookVerificationException for every refusal of those steps
     */
    public Authenticated authenticate(RequestHead head) {
        return authenticate(head, clock.instant());
    }

    /** The same at another time than the clock's. */
    public Authenticated authenticate(RequestHead head, Instant now) {
        long seconds = now.getEpochSecond();
        return new Authenticated(this, instances.use(instance -> authenticate(instance, head, seconds)));
    }

    /**
     * Every step told, and what explains a refusal. Never throws on a request. For people who hold the secret: do not answer a sender with it.
     * The first call loads a larger module.
     */
    public Explanation explain(RequestHead head, byte[] body) {
        return explain(head, body, clock.instant(), false);
    }

    /** The same at another time; {@code reveal} shows the right MAC, with which whoever reads it can send this request, whoever made it. */
    public Explanation explain(RequestHead head, byte[] body, Instant now, boolean reveal) {
        return explainer.explain(head, body, now.getEpochSecond(), reveal);
    }

    /** Continues with a head that is authentic: once more, since no instance waits for a body that is on its way. */
    Delivery finish(RecordWriter head, byte[] body) {
        Body.check(body);
        return instances.use(instance -> {
            expectZero(instance, instance.callVerifier(instance.authenticate, head.buffer(), head.length()));
            return finish(instance, head, body);
        });
    }

    Clock clock() {
        return clock;
    }

    Duration tolerance() {
        return tolerance;
    }

    /** For tests, which look at what it keeps. */
    InstancePool instances() {
        return instances;
    }

    WebhookVerificationException tooLarge(RecordWriter head, long length) {
        return instances.use(instance -> {
            expectZero(instance, instance.callVerifier(instance.authenticate, head.buffer(), head.length()));
            try {
                finish(instance, Body.hashed(new byte[Body.HASH_BYTES], length));
                throw new IllegalArgumentException("a body of " + length + " bytes is not larger than the bound");
            } catch (WebhookVerificationException refusal) {
                return refusal;
            }
        });
    }

    private RecordWriter authenticate(ModuleInstance instance, RequestHead head, long now) {
        RecordWriter record = HeadRecord.some(head, now, names, false);
        int verdict = instance.callVerifier(instance.authenticate, record.buffer(), record.length());
        if (ModuleInstance.codeOf(verdict) == ModuleInstance.MORE_HEADERS) {
            record = HeadRecord.some(head, now, instance.message(verdict).split(" "), true);
            verdict = instance.callVerifier(instance.authenticate, record.buffer(), record.length());
        }
        expectZero(instance, verdict);
        return record;
    }

    private Delivery finish(ModuleInstance instance, RecordWriter head, byte[] body) {
        // Too large: refused by its length, before it is hashed or copied.
        byte[] hash = body.length > maxBodyBytes ? new byte[Body.HASH_BYTES] : instance.sha256(body);
        finish(instance, Body.hashed(hash, body.length));
        return new Delivery(instances, head, body);
    }

    private static void finish(ModuleInstance instance, RecordWriter body) {
        expectZero(instance, instance.callVerifier(instance.finish, body.buffer(), body.length()));
    }

    private static void expectZero(ModuleInstance instance, int verdict) {
        if (verdict != 0) {
            throw instance.refusal(verdict);
        }
    }

    /** How a verifier is set up. Mistakes are {@link Code#CONFIG_INVALID}, here or from {@link #build()}. Not safe for several threads. */
    public static final class Builder {
        private final VerifierConfiguration configuration = new VerifierConfiguration();
        private Clock clock = Clock.systemUTC();

        private Builder() {}

        /**
         * The value of {@code DRONE_WEBHOOK_SECRET} as it stands: its UTF-8, nothing trimmed or decoded. Call it once for each while secrets are
         * rotated.
         */
        public Builder secret(String secret) {
            configuration.addSecret(null, secret);
            return this;
        }

        /** The same as bytes, which are copied. */
        public Builder secret(byte[] secret) {
            configuration.addSecret(null, secret);
            return this;
        }

        /** The secret of one keyId, where there are several senders. Call it once for each secret. */
        public Builder key(String keyId, String secret) {
            configuration.addKey(keyId, secret);
            return this;
        }

        /** The same as bytes, which are copied. */
        public Builder key(String keyId, byte[] secret) {
            configuration.addKey(keyId, secret);
            return this;
        }

        /** How far the signed time and the clock may be apart, either way. Default 5 minutes; fractions of a second do not count. */
        public Builder tolerance(Duration tolerance) {
            configuration.tolerance(tolerance);
            return this;
        }

        /** What must be signed. Default {@code date digest}; {@code digest} and one of {@code date} and {@code (created)} must be among them. */
        public Builder requiredHeaders(String... names) {
            return requiredHeaders(names == null ? null : Arrays.asList(names));
        }

        /** The same as a list, such as {@link Signer#EXTENSION_HEADERS}. */
        public Builder requiredHeaders(List<String> names) {
            configuration.requiredHeaders(names);
            return this;
        }

        /** The largest body, in bytes. Default 4 MiB. */
        public Builder maxBodyBytes(long bytes) {
            configuration.maxBodyBytes(bytes);
            return this;
        }

        /** The most bytes, names and values together, of the headers that are looked at. Default 16 KiB. */
        public Builder maxHeaderBytes(int bytes) {
            configuration.maxHeaderBytes(bytes);
            return this;
        }

        /** The most header lines of a request. Default 256. */
        public Builder maxHeaders(int count) {
            configuration.maxHeaders(count);
            return this;
        }

        /** The time, asked for once a request. Default the system's. */
        public Builder clock(Clock clock) {
            if (clock == null) {
                throw WebhookVerificationException.configInvalid("the clock is null");
            }
            this.clock = clock;
            return this;
        }

        /**
         * The verifier.
         *
         * @throws WebhookVerificationException {@code config_invalid} for a mistake in the options
         */
        public DroneWebhookVerifier build() {
            return new DroneWebhookVerifier(configuration, clock);
        }
    }
}
