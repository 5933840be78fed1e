package io.baton.httpapi.operator;

import io.baton.core.protocol.ViewProtocol.StateView;
import io.baton.httpapi.error.Refusal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * Answers that several clients want, made once for all of them. One answer is made at a time, whatever it is about.
 * Whoever asks something of which an answer waits to be made gets that one, made of the newest picture that any of them
 * has brought; so however many ask, each of them waits for at most one answer that is being made and one round of those
 * that wait. The last answer to each question is kept while nothing has changed.
 */
final class SharedAnswers {
    /** Most different questions that may wait. One more is answered 503. */
    static final int MOST_WAITING = 64;

    /** Most questions whose last answers are kept; the ones not asked for longest go first. */
    static final int MOST_KEPT = 64;

    private record Job(
            StateView view, Function<StateView, HttpResponse> maker, CompletableFuture<HttpResponse> answer) {}

    private static final class Question {
        private Job running;
        private Job waiting;
        private String version = "";
        private HttpResponse kept;

        long keptBytes() {
            return kept == null ? 0 : kept.entity().getContentLengthOption().orElse(0);
        }
    }

    private final Executor executor;
    private final long mostKeptBytes;
    private final Map<String, Question> questions = new LinkedHashMap<>(16, 0.75f, true);
    private final Deque<String> line = new ArrayDeque<>();
    private final LongAdder reused = new LongAdder();
    private boolean busy;

    /**
     * @param executor does the work, one answer at a time
     * @param mostKeptBytes of all answers together that are kept
     */
    SharedAnswers(Executor executor, long mostKeptBytes) {
        this.executor = executor;
        this.mostKeptBytes = mostKeptBytes;
    }

    /**
     * @param question the same for whoever wants the same of the same picture
     * @param maker of an answer with a whole body; runs on the executor
     */
    CompletionStage<HttpResponse> answer(String question, StateView view, Function<StateView, HttpResponse> maker) {
        CompletionStage<HttpResponse> answer;
        boolean begin;
        synchronized (this) {
            answer = enlist(question, view, maker);
            begin = !busy && !line.isEmpty();
            busy |= begin;
        }
        if (begin) {
            executor.execute(this::work);
        }
        return answer;
    }

    private CompletionStage<HttpResponse> enlist(String key, StateView view, Function<StateView, HttpResponse> maker) {
        var question = questions.computeIfAbsent(key, k -> new Question());
        if (question.kept != null && question.version.equals(view.version())) {
            reused.increment();
            return CompletableFuture.completedFuture(question.kept);
        }
        var running = question.running;
        if (running != null && running.view().number() >= view.number()) {
            reused.increment();
            return running.answer();
        }
        var waiting = question.waiting;
        if (waiting == null) {
            if (line.size() >= MOST_WAITING) {
                return CompletableFuture.completedFuture(
                        Refusal.unavailable("The read model of this master").response());
            }
            question.waiting = new Job(view, maker, new CompletableFuture<>());
            line.add(key);
        } else {
            reused.increment();
            if (waiting.view().number() < view.number()) {
                question.waiting = new Job(view, maker, waiting.answer());
            }
        }
        return question.waiting.answer();
    }

    /** How often somebody got an answer that was made for somebody else. */
    long reused() {
        return reused.sum();
    }

    private void work() {
        var job = begin();
        HttpResponse response = null;
        RuntimeException failure = null;
        try {
            response = job.maker().apply(job.view());
        } catch (RuntimeException e) {
            failure = e;
        }
        boolean more = end(job, response);
        if (failure == null) {
            job.answer().complete(response);
        } else {
            job.answer().completeExceptionally(failure);
        }
        if (more) {
            executor.execute(this::work);
        }
    }

    private synchronized Job begin() {
        var question = questions.get(line.remove());
        question.running = question.waiting;
        question.waiting = null;
        return question.running;
    }

    private synchronized boolean end(Job job, HttpResponse response) {
        for (var question : questions.values()) {
            if (question.running == job) {
                question.running = null;
                question.kept = response;
                question.version = job.view().version();
            }
        }
        long bytes = questions.values().stream().mapToLong(Question::keptBytes).sum();
        int count = questions.size();
        var oldestFirst = questions.values().iterator();
        while ((bytes > mostKeptBytes || count > MOST_KEPT) && oldestFirst.hasNext()) {
            var question = oldestFirst.next();
            bytes -= question.keptBytes();
            question.kept = null;
            if (question.waiting == null && question.running == null) {
                oldestFirst.remove();
                count--;
            }
        }
        busy = !line.isEmpty();
        return busy;
    }
}
