// Generated from src/payload.rs by `cargo xtask generate`. Do not edit.
package io.github.dronewebhooks.payload;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A repository. Every field may be null: absent, or of a type that is not expected. Times are seconds since 1970.
 *
 * @param id the server's number for the repository
 * @param uid the source host's name for it, usually a number
 * @param userId the number of the user who enabled it
 * @param namespace the owner: a user or an organisation
 * @param name the name without its owner
 * @param slug {@code namespace/name}
 * @param scm the kind of source control; empty means git
 * @param gitHttpUrl the address to clone by HTTP
 * @param gitSshUrl the address to clone by SSH
 * @param link its page at the source host
 * @param defaultBranch the default branch
 * @param isPrivate whether it is private
 * @param visibility {@code public}, {@code private} or {@code internal}
 * @param active whether it is enabled
 * @param configPath the path of the pipeline's configuration
 * @param trusted whether its pipelines may use privileged settings
 * @param isProtected whether its configuration must be signed or approved
 * @param ignoreForks whether forks build nothing
 * @param ignorePullRequests whether pull requests build nothing
 * @param autoCancelPullRequests whether a newer pull request's build cancels pending older ones
 * @param autoCancelPushes whether a newer push cancels pending older builds
 * @param autoCancelRunning whether running builds are cancelled as well
 * @param throttle how many of its builds run at once; absent without a limit
 * @param timeout the longest a build may take, in minutes
 * @param counter the last build's number
 * @param synced when it was last synchronised
 * @param created when it was first seen
 * @param updated when it last changed
 * @param version a counter of changes
 * @param archived whether it is archived at the source host
 * @param build the build once more, in updates that come from a runner
 * @param json the whole object, with what is not known here; not to be changed
 */
public record Repo(
        Long id,
        String uid,
        Long userId,
        String namespace,
        String name,
        String slug,
        String scm,
        String gitHttpUrl,
        String gitSshUrl,
        String link,
        String defaultBranch,
        Boolean isPrivate,
        String visibility,
        Boolean active,
        String configPath,
        Boolean trusted,
        Boolean isProtected,
        Boolean ignoreForks,
        Boolean ignorePullRequests,
        Boolean autoCancelPullRequests,
        Boolean autoCancelPushes,
        Boolean autoCancelRunning,
        Long throttle,
        Long timeout,
        Long counter,
        Long synced,
        Long created,
        Long updated,
        Long version,
        Boolean archived,
        Build build,
        JsonNode json) {
    /** Reads an object; null for what is none. */
    public static Repo of(JsonNode object) {
        if (!object.isObject()) {
            return null;
        }
        var fields = new Fields(object);
        return new Repo(
                fields.number("id"),
                fields.text("uid"),
                fields.number("user_id"),
                fields.text("namespace"),
                fields.text("name"),
                fields.text("slug"),
                fields.text("scm"),
                fields.text("git_http_url"),
                fields.text("git_ssh_url"),
                fields.text("link"),
                fields.text("default_branch"),
                fields.flag("private"),
                fields.text("visibility"),
                fields.flag("active"),
                fields.text("config_path"),
                fields.flag("trusted"),
                fields.flag("protected"),
                fields.flag("ignore_forks"),
                fields.flag("ignore_pull_requests"),
                fields.flag("auto_cancel_pull_requests"),
                fields.flag("auto_cancel_pushes"),
                fields.flag("auto_cancel_running"),
                fields.number("throttle"),
                fields.number("timeout"),
                fields.number("counter"),
                fields.number("synced"),
                fields.number("created"),
                fields.number("updated"),
                fields.number("version"),
                fields.flag("archived"),
                fields.object("build", Build::of),
                object);
    }
}
