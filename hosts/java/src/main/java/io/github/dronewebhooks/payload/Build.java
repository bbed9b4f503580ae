// Generated from src/payload.rs by `cargo xtask generate`. Do not edit.
package io.github.dronewebhooks.payload;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A build. Every field may be null: absent, or of a type that is not expected. Times are seconds since 1970.
 *
 * @param id the server's number for the build
 * @param repoId the repository's number
 * @param trigger who or what started it: a login, {@code @hook}, {@code @cron}
 * @param number the build's number in its repository
 * @param parent the number of the build that was restarted or promoted
 * @param status where it stands
 * @param error why there is no pipeline, for a build with status {@code error}
 * @param event {@code push}, {@code pull_request}, {@code tag}, {@code promote}, {@code rollback}, {@code cron} or {@code custom}. This is the build's own event, not the webhook's
 * @param action what happened to a pull request or a branch, such as {@code opened}; may be empty
 * @param link the commit or comparison at the source host
 * @param timestamp the commit's time
 * @param title the title of a pull request
 * @param message the commit's message
 * @param before the commit before
 * @param after the commit that is built
 * @param ref the git reference
 * @param sourceRepo the repository that a pull request comes from
 * @param source the branch it comes from
 * @param target the branch it goes to
 * @param authorLogin the author's login
 * @param authorName the author's name
 * @param authorEmail the author's e-mail address
 * @param authorAvatar the author's picture
 * @param sender who caused the build
 * @param params parameters given by hand or by the source host
 * @param cron the name of the schedule that started it
 * @param deployTo the environment of a promotion or rollback
 * @param deployId the deployment's number at the source host
 * @param debug whether debugging was asked for
 * @param started when it started; 0 for not yet
 * @param finished when it finished; 0 for not yet, and for declined builds
 * @param created when it was created
 * @param updated when it last changed
 * @param version a counter of changes
 * @param stages the pipelines of the build; in updates only
 * @param json the whole object, with what is not known here; not to be changed
 */
public record Build(
        Long id,
        Long repoId,
        String trigger,
        Long number,
        Long parent,
        String status,
        String error,
        String event,
        String action,
        String link,
        Long timestamp,
        String title,
        String message,
        String before,
        String after,
        String ref,
        String sourceRepo,
        String source,
        String target,
        String authorLogin,
        String authorName,
        String authorEmail,
        String authorAvatar,
        String sender,
        Map<String, String> params,
        String cron,
        String deployTo,
        Long deployId,
        Boolean debug,
        Long started,
        Long finished,
        Long created,
        Long updated,
        Long version,
        List<Stage> stages,
        JsonNode json) {
    private static final Set<String> FINAL_STATUSES = Set.of("success", "failure", "error", "killed", "skipped", "declined");

    /** Whether the build is at its end. Drone sends no event for that, and says it more than once. */
    public boolean isCompleted() {
        return status != null && FINAL_STATUSES.contains(status);
    }

    /** Reads an object; null for what is none. */
    public static Build of(JsonNode object) {
        if (!object.isObject()) {
            return null;
        }
        var fields = new Fields(object);
        return new Build(
                fields.number("id"),
                fields.number("repo_id"),
                fields.text("trigger"),
                fields.number("number"),
                fields.number("parent"),
                fields.text("status"),
                fields.text("error"),
                fields.text("event"),
                fields.text("action"),
                fields.text("link"),
                fields.number("timestamp"),
                fields.text("title"),
                fields.text("message"),
                fields.text("before"),
                fields.text("after"),
                fields.text("ref"),
                fields.text("source_repo"),
                fields.text("source"),
                fields.text("target"),
                fields.text("author_login"),
                fields.text("author_name"),
                fields.text("author_email"),
                fields.text("author_avatar"),
                fields.text("sender"),
                fields.textMap("params"),
                fields.text("cron"),
                fields.text("deploy_to"),
                fields.number("deploy_id"),
                fields.flag("debug"),
                fields.number("started"),
                fields.number("finished"),
                fields.number("created"),
                fields.number("updated"),
                fields.number("version"),
                fields.list("stages", Stage::of),
                object);
    }
}
