package io.baton.systemtests.transcripts;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What differs from the recorded answers and is meant to, or must. */
final class Meant {
    private static final List<Pattern> DIFFERENCES = Stream.of(
                    // Our texts say more: where in a text, which types there are, which input is wrong, what to do.
                    "syntax error at line 1 near: .*\\(column \\d+\\)' instead",
                    "'(.*Expecting 'type' to be present): one of .*' instead of '\\1'",
                    "'(?:Invalid QuotaConfig: )?([^;]*); name 'dev' instead, of role 'dev/a'' instead of '\\1'",
                    "'(Invalid QuotaConfig: 'QuotaConfig.guarantees' .*), of role 'dev'' instead of '\\1'",
                    "'(Machine .* cannot be brought down): schedule its maintenance first' instead of '\\1'",
                    "'(List of machines in the maintenance window is empty) \\(window 1\\)' instead of '\\1'",
                    "'(Agent is still in the DRAINING state): .*' instead of '\\1'",
                    "^(LIST|READ)_FILES?-missing: 'There is no such file .*' instead of ''",
                    "^MARK_AGENT_GONE-unknown: 'there is no agent 'nope': ",
                    "^UPDATE_WEIGHTS-empty-role: ",
                    // What was set before exceeds the cluster there, and each resource is looked at for itself.
                    "^UPDATE_QUOTA-(star|dup): ",
                    "^UPDATE_QUOTA-overcommit: 'Invalid QuotaConfig: total quota guarantees 'cpus:100000' exceed",
                    "^UPDATE_QUOTA-limit-below-consumption: 'Invalid QuotaConfig: Role 'dev' is already consuming 'cpus",
                    "^UPDATE_QUOTA-negative: 'Invalid QuotaConfig: .*: Negative values not supported, of role 'dev''",
                    // Resources are written shorter, and without the agent's address.
                    "does not contain (cpus|disk)",
                    "'Invalid (RESERVE|CREATE) operation: ",
                    // Liberal: parameters of media types, older names of what is read.
                    "^err-content-type-charset: status 202 instead of 415",
                    "^legacy-GET-state.json: status 200 instead of 404",
                    "Content-Type 'text/html; charset=UTF-8' instead of 'text/html'",
                    // There is no such container here, which is no fault of the server's.
                    "^agent-ATTACH_CONTAINER_OUTPUT-no-switchboard: status 404 instead of 500",
                    // Fields of Mesos's own: of older versions, of its build, of the whole cluster as a role.
                    "agent_info/checkpoint BOOLEAN",
                    "/git_sha STRING",
                    "/flags/",
                    "/log_dir STRING",
                    "quota/roles//resources",
                    "(quota|offer_filters)/roles/\\*/",
                    "total_resources/\\[\\]/reservation",
                    // Unset until there is such a time; the process does not exist yet; not measured without a group.
                    "/unregistered_time",
                    "TASK_STARTING: without .*/executor_pid",
                    // Nobody looks up a process that is over at once; in Mesos it is that of the executor.
                    "(short|px|p1) TASK_(RUNNING|FINISHED|FAILED): without .*/executor_pid",
                    "completed_tasks/\\[\\]/statuses/\\[\\]/container_status/executor_pid",
                    "/(resource_)?statistics/(cpus_(system|user)_time_secs|mem_rss_bytes)",
                    // In the record a second passes before these are killed; here the kill comes before they ignore
                    // SIGTERM.
                    "(t-kill6|k-trap-default) TASK_KILLED.*signal Terminated' instead of '.*signal Killed'",
                    // What the recorder had done before: agents that came again, weights and quotas that were set, a
                    // log.
                    "completed_frameworks/\\[\\]",
                    "recovered_agents/\\[\\]",
                    "reregistered_time",
                    "without the event AGENT_ADDED",
                    "TASK_ADDED long: without .*/(statuses|status_update)",
                    "^GET_WEIGHTS: ",
                    "^legacy-GET-quota: ",
                    "^resubscribe-after-disconnect: without the event UPDATE t-survive TASK_RUNNING$",
                    "offered_resources/\\[\\]/reservations",
                    "^(LIST_FILES|READ_FILE|legacy-GET-files_browse_path-_master_log): status 404 instead of 200")
            .map(Pattern::compile)
            .toList();

    private Meant() {}

    static boolean differs(String difference) {
        return DIFFERENCES.stream().anyMatch(like -> like.matcher(difference).find());
    }
}
