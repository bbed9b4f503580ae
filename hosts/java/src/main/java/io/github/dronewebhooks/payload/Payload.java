// Generated from src/payload.rs by `cargo xtask generate`. Do not edit.
package io.github.dronewebhooks.payload;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The body of a webhook. Every field may be null: absent, or of a type that is not expected. Times are seconds since 1970.
 *
 * @param event {@code user}, {@code repo} or {@code build}. Servers before 1.2.2 leave it out: {@code Delivery.event()} tells it all the same
 * @param action {@code created}, {@code updated}, {@code deleted}, {@code enabled} or {@code disabled}
 * @param user the user; with {@code build:created} the repository's owner, not the author
 * @param repo the repository, of repository and build events
 * @param build the build, of build events
 * @param system the sending server
 * @param json the whole object, with what is not known here; not to be changed
 */
public record Payload(
        String event,
        String action,
        User user,
        Repo repo,
        Build build,
        DroneSystem system,
        JsonNode json) {
    /** Reads an object; null for what is none. */
    public static Payload of(JsonNode object) {
        if (!object.isObject()) {
            return null;
        }
        var fields = new Fields(object);
        return new Payload(
                fields.text("event"),
                fields.text("action"),
                fields.object("user", User::of),
                fields.object("repo", Repo::of),
                fields.object("build", Build::of),
                fields.object("system", DroneSystem::of),
                object);
    }
}
