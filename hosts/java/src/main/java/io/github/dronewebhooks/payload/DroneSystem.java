// Generated from src/payload.rs by `cargo xtask generate`. Do not edit.
package io.github.dronewebhooks.payload;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The Drone server that sent the webhook (from 1.1 on). Every field may be null: absent, or of a type that is not expected. Times are seconds since 1970.
 *
 * @param proto {@code http} or {@code https}
 * @param host the host's name
 * @param link the server's address
 * @param version the server's version
 * @param json the whole object, with what is not known here; not to be changed
 */
public record DroneSystem(
        String proto,
        String host,
        String link,
        String version,
        JsonNode json) {
    /** Reads an object; null for what is none. */
    public static DroneSystem of(JsonNode object) {
        if (!object.isObject()) {
            return null;
        }
        var fields = new Fields(object);
        return new DroneSystem(
                fields.text("proto"),
                fields.text("host"),
                fields.text("link"),
                fields.text("version"),
                object);
    }
}
