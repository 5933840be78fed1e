package io.baton.httpapi.status;

import io.baton.httpapi.codec.BadParameterException;
import io.baton.httpapi.codec.Replies;
import io.baton.httpapi.error.Refusal;
import io.baton.httpapi.server.Exchange;
import io.baton.httpapi.server.Router;
import io.baton.v1.DurationInfo;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** {@code /logging/toggle}, and the call SET_LOGGING_LEVEL: more of the log, for a while. */
public final class LoggingApi {
    /** Beyond it the log stays as it is: nobody looks that long. */
    private static final Duration LONGEST = Duration.ofDays(7);

    private static final Pattern DURATION = Pattern.compile("([0-9]{1,18}(?:\\.[0-9]{1,9})?)([a-z]+)");
    private static final Map<String, Long> NANOS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "ms", 1_000_000L,
            "secs", 1_000_000_000L,
            "mins", 60_000_000_000L,
            "hrs", 3_600_000_000_000L,
            "days", 86_400_000_000_000L,
            "weeks", 604_800_000_000_000L);

    private final LogLevel log;

    public LoggingApi(LogLevel log) {
        this.log = log;
    }

    public void addTo(Router router) {
        router.get("/logging/toggle", this::toggle).post("/logging/toggle", this::toggle);
    }

    private CompletionStage<HttpResponse> toggle(Exchange exchange) {
        var query = exchange.query();
        var level = query.text("level");
        var duration = query.text("duration");
        if (level.isEmpty() && duration.isEmpty()) {
            var text = log.level() + "\n";
            return CompletableFuture.completedFuture(
                    HttpResponse.create().withEntity(HttpEntities.create(Refusal.PLAIN, text)));
        }
        if (level.isEmpty() || duration.isEmpty()) {
            throw new BadParameterException(
                    "Expecting '" + (level.isEmpty() ? "level" : "duration") + "=value' in query.");
        }
        long wanted = query.number("level").orElse(0);
        return CompletableFuture.completedFuture(set(log, wanted, parse(duration.get())));
    }

    /** Sets it, or says what is wrong with what is wanted. */
    public static HttpResponse set(LogLevel log, long level, DurationInfo duration) {
        return set(log, level, Duration.ofNanos(duration.getNanoseconds()));
    }

    private static HttpResponse set(LogLevel log, long level, Duration duration) {
        if (level < 0 || level > Integer.MAX_VALUE) {
            return Refusal.badRequest("Invalid logging level '" + level + "': it must not be negative")
                    .response();
        }
        if (duration.isNegative() || duration.compareTo(LONGEST) > 0) {
            return Refusal.badRequest("Invalid duration: it must be between 0 and " + LONGEST.toDays() + "days")
                    .response();
        }
        log.raise((int) level, duration);
        return Replies.ok();
    }

    /** Such as {@code 5mins}: how Mesos writes durations. */
    private static Duration parse(String text) {
        var matched = DURATION.matcher(text);
        if (!matched.matches() || !NANOS.containsKey(matched.group(2))) {
            throw new BadParameterException("Failed to parse 'duration': expecting a number and one of "
                    + "ns, us, ms, secs, mins, hrs, days, weeks, such as 5mins");
        }
        var nanos = new BigDecimal(matched.group(1)).multiply(BigDecimal.valueOf(NANOS.get(matched.group(2))));
        return nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0
                ? Duration.ofNanos(Long.MAX_VALUE)
                : Duration.ofNanos(nanos.longValue());
    }
}
