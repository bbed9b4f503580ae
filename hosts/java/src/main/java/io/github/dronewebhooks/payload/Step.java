// Generated from src/payload.rs by `cargo xtask generate`. Do not edit.
package io.github.dronewebhooks.payload;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * One step of a pipeline. Every field may be null: absent, or of a type that is not expected. Times are seconds since 1970.
 *
 * @param id the server's number for the step
 * @param stepId the stage's number at the server, in spite of the name
 * @param number the step's number in its stage
 * @param name the name
 * @param status where it stands
 * @param error why it failed
 * @param errignore whether its failure does not fail the stage
 * @param exitCode the exit code
 * @param started when it started; absent for not yet
 * @param stopped when it stopped; absent for not yet
 * @param version a counter of changes
 * @param dependsOn the names of steps that it waits for
 * @param image the container's image
 * @param detached whether it runs beside the others, as a service
 * @param schema the schema of its card
 * @param json the whole object, with what is not known here; not to be changed
 */
public record Step(
        Long id,
        Long stepId,
        Long number,
        String name,
        String status,
        String error,
        Boolean errignore,
        Long exitCode,
        Long started,
        Long stopped,
        Long version,
        List<String> dependsOn,
        String image,
        Boolean detached,
        String schema,
        JsonNode json) {
    /** Reads an object; null for what is none. */
    public static Step of(JsonNode object) {
        if (!object.isObject()) {
            return null;
        }
        var fields = new Fields(object);
        return new Step(
                fields.number("id"),
                fields.number("step_id"),
                fields.number("number"),
                fields.text("name"),
                fields.text("status"),
                fields.text("error"),
                fields.flag("errignore"),
                fields.number("exit_code"),
                fields.number("started"),
                fields.number("stopped"),
                fields.number("version"),
                fields.texts("depends_on"),
                fields.text("image"),
                fields.flag("detached"),
                fields.text("schema"),
                object);
    }
}
