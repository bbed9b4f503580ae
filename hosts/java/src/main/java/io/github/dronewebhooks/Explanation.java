package io.github.dronewebhooks;

import java.util.List;

/**
 * A request, explained.
 *
 * @param ok whether verifying and reading the payload would not throw
 * @param code the code that they would throw, or null
 * @param steps all eleven, in the order of verification
 * @param signingString what the signature must be over; null where it cannot be told
 * @param causes the best first: confirmed ones, then what is left. None for a request that is accepted as it was received, nor for a refusal that no
 *     cause explains
 */
public record Explanation(boolean ok, Code code, List<Step> steps, String signingString, List<Cause> causes) {
    /**
     * One step, told. Nothing in it is secret, unless the right MAC was asked for.
     *
     * @param step {@code bounds signature parameters algorithm key policy signing_string mac freshness body payload}
     * @param status {@code passed}, {@code failed}, or {@code skipped}: steps before it gave nothing to work on
     * @param code of a failed step, why it refuses the request; else null
     * @param received what the request has for it, at most 2 KiB, or null
     * @param computed what was made of it, or is asked of it, or null
     * @param message what that means, in a sentence; may change
     */
    public record Step(String step, String status, Code code, String received, String computed, String message) {}

    /**
     * Something that went wrong, and is known to have. It holds no secret.
     *
     * @param code stable, such as {@code body_newline_added}
     * @param message what it is, in a sentence; may change
     * @param evidence what of this request shows it; may change
     * @param fix what to do about it; may change
     * @param sender for {@code other_sender} its name; else null
     */
    public record Cause(String code, String message, String evidence, String fix, String sender) {}
}
