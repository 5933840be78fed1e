package io.baton.sdk.session;

import io.baton.v1.scheduler.Call;

/** What a reply to a call means. A table; {@link Session} acts on it. */
enum Verdict {
    /** Taken. */
    DONE,
    /** Another master serves this. */
    REDIRECT,
    /** Had no effect, or may be had twice: again, after a while. */
    RETRY,
    /** It went with a subscription that is no more: again with the present one, unless it was about offers. */
    STALE,
    /** The master will not do it. */
    REFUSED,
    /** It may have had its effect and must not be had twice. */
    UNANSWERED;

    /**
     * @param type what was called
     * @param unsure true if an earlier attempt may have had its effect
     * @param reply what came of it
     */
    static Verdict of(Call.Type type, boolean unsure, Reply reply) {
        return switch (reply.kind()) {
            case UNSENT -> RETRY;
            case BROKEN -> twice(type) ? RETRY : UNANSWERED;
            case ANSWERED -> ofStatus(type, unsure, reply);
        };
    }

    private static Verdict ofStatus(Call.Type type, boolean unsure, Reply reply) {
        var status = reply.status();
        if (status >= 200 && status < 300) {
            return DONE;
        }
        return switch (status) {
            case 301, 302, 307, 308 -> reply.location().isEmpty() ? RETRY : REDIRECT;
            case 400 -> badRequest(type, unsure, reply.text());
            case 403 -> STALE;
            case 408, 429, 503 -> RETRY;
            case 500, 502, 504 -> twice(type) ? RETRY : UNANSWERED;
            default -> REFUSED;
        };
    }

    private static Verdict badRequest(Call.Type type, boolean unsure, String text) {
        if (type == Call.Type.TEARDOWN && unsure) {
            return DONE;
        }
        return namesStream(text) ? STALE : REFUSED;
    }

    /** Mesos and Baton both say "stream ID" when the id is that of an older subscription. */
    private static boolean namesStream(String text) {
        return text.contains("stream ID");
    }

    /**
     * Whether a call may be sent twice. A second ACCEPT would be answered with TASK_DROPPED for tasks that the first
     * one launched, and a second MESSAGE would arrive twice.
     */
    static boolean twice(Call.Type type) {
        return type != Call.Type.ACCEPT && type != Call.Type.MESSAGE;
    }
}
