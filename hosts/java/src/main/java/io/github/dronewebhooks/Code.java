// Generated from src/error.rs by `cargo xtask generate`. Do not edit.
package io.github.dronewebhooks;

/** Why a request was refused: every code, in the order of verification, with the HTTP status that a receiver answers. */
public enum Code {
    /** {@code headers_too_large}, answered 431. */
    HEADERS_TOO_LARGE("headers_too_large", 431),

    /** {@code header_malformed}, answered 401. */
    HEADER_MALFORMED("header_malformed", 401),

    /** {@code signature_missing}, answered 401. */
    SIGNATURE_MISSING("signature_missing", 401),

    /** {@code signature_duplicated}, answered 401. */
    SIGNATURE_DUPLICATED("signature_duplicated", 401),

    /** {@code signature_malformed}, answered 401. */
    SIGNATURE_MALFORMED("signature_malformed", 401),

    /** {@code algorithm_unsupported}, answered 401. */
    ALGORITHM_UNSUPPORTED("algorithm_unsupported", 401),

    /** {@code key_unknown}, answered 401. */
    KEY_UNKNOWN("key_unknown", 401),

    /** {@code header_not_signed}, answered 401. */
    HEADER_NOT_SIGNED("header_not_signed", 401),

    /** {@code header_missing}, answered 401. */
    HEADER_MISSING("header_missing", 401),

    /** {@code signature_mismatch}, answered 401. */
    SIGNATURE_MISMATCH("signature_mismatch", 401),

    /** {@code date_malformed}, answered 401. */
    DATE_MALFORMED("date_malformed", 401),

    /** {@code date_too_old}, answered 401. */
    DATE_TOO_OLD("date_too_old", 401),

    /** {@code date_in_future}, answered 401. */
    DATE_IN_FUTURE("date_in_future", 401),

    /** {@code created_in_future}, answered 401. */
    CREATED_IN_FUTURE("created_in_future", 401),

    /** {@code signature_expired}, answered 401. */
    SIGNATURE_EXPIRED("signature_expired", 401),

    /** {@code body_too_large}, answered 413. */
    BODY_TOO_LARGE("body_too_large", 413),

    /** {@code digest_malformed}, answered 401. */
    DIGEST_MALFORMED("digest_malformed", 401),

    /** {@code digest_unsupported}, answered 401. */
    DIGEST_UNSUPPORTED("digest_unsupported", 401),

    /** {@code digest_mismatch}, answered 401. */
    DIGEST_MISMATCH("digest_mismatch", 401),

    /** {@code payload_malformed}, answered 422. */
    PAYLOAD_MALFORMED("payload_malformed", 422),

    /** {@code event_mismatch}, answered 422. */
    EVENT_MISMATCH("event_mismatch", 422),

    /** {@code config_invalid}, answered 500. */
    CONFIG_INVALID("config_invalid", 500),

    /** {@code body_not_bytes}, answered 500. */
    BODY_NOT_BYTES("body_not_bytes", 500);

    private static final Code[] ALL = values();

    private final String text;
    private final int status;

    Code(String text, int status) {
        this.text = text;
        this.status = status;
    }

    /** The HTTP status to answer with. */
    public int status() {
        return status;
    }

    /** The code as it is written everywhere, such as {@code digest_mismatch}. */
    @Override
    public String toString() {
        return text;
    }

    /** The code that is written so; throws {@link IllegalArgumentException} for what is none. */
    public static Code of(String text) {
        return valueOf(text.toUpperCase(java.util.Locale.ROOT));
    }

    /** The code of a verdict: 1 is the first. */
    static Code ofNumber(int number) {
        return ALL[number - 1];
    }
}
