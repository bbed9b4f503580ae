package io.github.dronewebhooks;

import java.util.Objects;

/**
 * A request was refused, or the receiver is set up wrongly ({@link Code#CONFIG_INVALID}, {@link Code#BODY_NOT_BYTES}).
 *
 * <p>{@link #code()} is stable and says why; {@link #getMessage()} is for logs and may change. Neither holds a secret. Answer the
 * network with {@link #status()} and its own text only: what the code says would help a forger.
 */
public final class WebhookVerificationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why, as in the table of codes. */
    private final Code code;

    /** Made by the verifier; also of use to a receiver's own tests. */
    public WebhookVerificationException(Code code, String message) {
        this(code, message, null);
    }

    /** The same with a cause, such as the failure of a connection. */
    public WebhookVerificationException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = Objects.requireNonNull(code, "code");
    }

    /** Why. */
    public Code code() {
        return code;
    }

    /** The HTTP status to answer with. */
    public int status() {
        return code.status();
    }

    static WebhookVerificationException configInvalid(String message) {
        return new WebhookVerificationException(Code.CONFIG_INVALID, message);
    }

    static WebhookVerificationException bodyNotBytes(String message, Throwable cause) {
        return new WebhookVerificationException(Code.BODY_NOT_BYTES, message, cause);
    }
}
