// Generated from src/payload.rs by `cargo xtask generate`. Do not edit.
package io.github.dronewebhooks.payload;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/**
 * One pipeline of a build. Every field may be null: absent, or of a type that is not expected. Times are seconds since 1970.
 *
 * @param id the server's number for the stage
 * @param repoId the repository's number
 * @param buildId the build's number at the server
 * @param number the stage's number in its build
 * @param name the pipeline's name
 * @param kind the kind of resource, {@code pipeline}
 * @param type the kind of runner, {@code docker}, {@code exec}, {@code kubernetes}, {@code ssh}
 * @param status where it stands
 * @param error why it failed
 * @param errignore whether its failure does not fail the build
 * @param exitCode the exit code
 * @param machine the runner's host
 * @param os the operating system
 * @param arch the processor's architecture
 * @param variant the architecture's variant
 * @param kernel the kernel's version
 * @param limit how many of its kind run at once
 * @param throttle how many of its kind run at once in the repository
 * @param started when it started; 0 for not yet
 * @param stopped when it stopped; 0 for not yet
 * @param created when it was created
 * @param updated when it last changed
 * @param version a counter of changes
 * @param onSuccess whether it runs after a success
 * @param onFailure whether it runs after a failure
 * @param dependsOn the names of stages that it waits for
 * @param labels what its runner must offer
 * @param steps the steps, once the stage has been accepted
 * @param json the whole object, with what is not known here; not to be changed
 */
public record Stage(
        Long id,
        Long repoId,
        Long buildId,
        Long number,
        String name,
        String kind,
        String type,
        String status,
        String error,
        Boolean errignore,
        Long exitCode,
        String machine,
        String os,
        String arch,
        String variant,
        String kernel,
        Long limit,
        Long throttle,
        Long started,
        Long stopped,
        Long created,
        Long updated,
        Long version,
        Boolean onSuccess,
        Boolean onFailure,
        List<String> dependsOn,
        Map<String, String> labels,
        List<Step> steps,
        JsonNode json) {
    /** Reads an object; null for what is none. */
    public static Stage of(JsonNode object) {
        if (!object.isObject()) {
            return null;
        }
        var fields = new Fields(object);
        return new Stage(
                fields.number("id"),
                fields.number("repo_id"),
                fields.number("build_id"),
                fields.number("number"),
                fields.text("name"),
                fields.text("kind"),
                fields.text("type"),
                fields.text("status"),
                fields.text("error"),
                fields.flag("errignore"),
                fields.number("exit_code"),
                fields.text("machine"),
                fields.text("os"),
                fields.text("arch"),
                fields.text("variant"),
                fields.text("kernel"),
                fields.number("limit"),
                fields.number("throttle"),
                fields.number("started"),
                fields.number("stopped"),
                fields.number("created"),
                fields.number("updated"),
                fields.number("version"),
                fields.flag("on_success"),
                fields.flag("on_failure"),
                fields.texts("depends_on"),
                fields.textMap("labels"),
                fields.list("steps", Step::of),
                object);
    }
}
