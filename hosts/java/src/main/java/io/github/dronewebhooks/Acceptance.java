package io.github.dronewebhooks;

/** What became of a delivery that was received. */
public enum Acceptance {
    /** It waits to be handled. Answered 202. */
    ACCEPTED(202),

    /** It was accepted before. Answered 200. */
    DUPLICATE(200);

    private final int status;

    Acceptance(int status) {
        this.status = status;
    }

    /** The HTTP status to answer with. */
    public int status() {
        return status;
    }
}
