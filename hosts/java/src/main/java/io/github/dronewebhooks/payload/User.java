// Generated from src/payload.rs by `cargo xtask generate`. Do not edit.
package io.github.dronewebhooks.payload;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A user of the Drone server. Every field may be null: absent, or of a type that is not expected. Times are seconds since 1970.
 *
 * @param id the server's number for the user
 * @param login the login name at the source host
 * @param email the e-mail address; may be empty
 * @param machine whether it is an account for machines
 * @param admin whether the user administers the server
 * @param active whether the account may be used
 * @param avatar the picture's address; may be empty
 * @param syncing whether the repositories are being synchronised
 * @param synced when they last were
 * @param created when the account was created
 * @param updated when it last changed
 * @param lastLogin when the user last logged in; 0 for never
 * @param json the whole object, with what is not known here; not to be changed
 */
public record User(
        Long id,
        String login,
        String email,
        Boolean machine,
        Boolean admin,
        Boolean active,
        String avatar,
        Boolean syncing,
        Long synced,
        Long created,
        Long updated,
        Long lastLogin,
        JsonNode json) {
    /** Reads an object; null for what is none. */
    public static User of(JsonNode object) {
        if (!object.isObject()) {
            return null;
        }
        var fields = new Fields(object);
        return new User(
                fields.number("id"),
                fields.text("login"),
                fields.text("email"),
                fields.flag("machine"),
                fields.flag("admin"),
                fields.flag("active"),
                fields.text("avatar"),
                fields.flag("syncing"),
                fields.number("synced"),
                fields.number("created"),
                fields.number("updated"),
                fields.number("last_login"),
                object);
    }
}
