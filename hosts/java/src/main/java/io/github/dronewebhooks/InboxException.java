package io.github.dronewebhooks;

/** An authentic delivery that could not be taken: too many wait, or the receiver was closed. Answered 503, which Drone ignores: the delivery is lost. */
public final class InboxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InboxException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The HTTP status to answer with. */
    public int status() {
        return 503;
    }
}
