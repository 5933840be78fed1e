package io.baton.httpapi.agent;

import com.google.protobuf.ByteString;
import io.baton.core.task.TaskStates;
import io.baton.httpapi.codec.Replies;
import io.baton.httpapi.error.Refusal;
import io.baton.httpapi.files.FileFacts;
import io.baton.httpapi.files.FilesApi;
import io.baton.httpapi.operator.OperatorCall;
import io.baton.httpapi.server.Bodies;
import io.baton.httpapi.server.Exchange;
import io.baton.httpapi.server.Handler;
import io.baton.httpapi.status.LoggingApi;
import io.baton.protocol.codec.Encoding;
import io.baton.v1.ContainerStatus;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Metric;
import io.baton.v1.TimeInfo;
import io.baton.v1.agent.Call;
import io.baton.v1.agent.Response;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** {@code POST /api/v1} of an agent. */
final class AgentCalls implements Handler {
    /** To a resource provider, and to whoever wants to add one. */
    static final Refusal NO_PROVIDERS = Refusal.of(
            501, "This agent takes no resource providers: its resources are those of its host (baton.agent.resources)");

    private static final Refusal NO_SUCH_PROVIDER =
            Refusal.of(404, "Resource provider cannot be found: this agent has none");

    private static final Set<String> OPTIONAL = Set.of("get_containers", "prune_images");

    private final AgentFacts facts;
    private final FilesApi files;
    private final ContainerApi containers;
    private final Bodies bodies;

    AgentCalls(AgentFacts facts, FilesApi files, ContainerApi containers, Bodies bodies) {
        this.containers = containers;
        this.facts = facts;
        this.files = files;
        this.bodies = bodies;
    }

    @Override
    public CompletionStage<HttpResponse> handle(Exchange exchange) {
        var type = exchange.request().entity().getContentType().mediaType().toString();
        boolean records = type.equals(ContainerApi.RECORDIO);
        if (!records && Encoding.ofContentType(type).isEmpty()) {
            return read(exchange); // Which says what is wrong with it.
        }
        if (!records && exchange.header("Message-Content-Type").isPresent()) {
            return done(ContainerApi.NO_STREAM);
        }
        var form = AnswerForm.problem(exchange.header("Accept"), exchange.header("Message-Accept"));
        if (form.isPresent()) {
            return done(form.get());
        }
        return records ? containers.attachInput(exchange) : read(exchange);
    }

    private CompletionStage<HttpResponse> read(Exchange exchange) {
        return bodies.readCall(exchange, Call::newBuilder, call -> call(exchange, call.build()));
    }

    private CompletionStage<HttpResponse> call(Exchange exchange, Call call) {
        var problem = OperatorCall.problem(call, OPTIONAL).or(() -> ContainerCallRules.problem(call));
        if (problem.isPresent()) {
            return done(Refusal.badRequest("Failed to validate agent::Call: " + problem.get()));
        }
        var executor = exchange.executor();
        if (executor.isPresent() && !ContainerCallRules.isOpenTo(executor.get(), call)) {
            return done(ContainerApi.NOT_OPEN);
        }
        if (call.getType() == Call.Type.ATTACH_CONTAINER_INPUT) {
            return done(ContainerApi.NO_RECORDS);
        }
        var form = AnswerForm.of(exchange.header("Accept"), exchange.header("Message-Accept"));
        if (call.getType() == Call.Type.LAUNCH_NESTED_CONTAINER_SESSION) {
            return containers.session(exchange, call.getLaunchNestedContainerSession(), form);
        }
        if (call.getType() == Call.Type.ATTACH_CONTAINER_OUTPUT) {
            return containers.attachOutput(
                    exchange, call.getAttachContainerOutput().getContainerId(), form);
        }
        if (form.records()) {
            return done(
                    AnswerForm.notAcceptable("Streaming response is not supported for " + call.getType() + " call"));
        }
        var encoding = form.encoding();
        return switch (call.getType()) {
            case GET_HEALTH, GET_FLAGS, GET_VERSION, GET_LOGGING_LEVEL, GET_METRICS, GET_RESOURCE_PROVIDERS ->
                CompletableFuture.completedFuture(Replies.message(encoding, own(call.getType())));
            case GET_STATE, GET_AGENT, GET_TASKS, GET_FRAMEWORKS, GET_EXECUTORS, GET_OPERATIONS ->
                facts.picture().get().thenApply(now -> Replies.message(encoding, seen(call.getType(), now)));
            case GET_CONTAINERS -> containers(call.getGetContainers(), encoding);
            case LAUNCH_NESTED_CONTAINER,
                    WAIT_NESTED_CONTAINER,
                    KILL_NESTED_CONTAINER,
                    REMOVE_NESTED_CONTAINER,
                    LAUNCH_CONTAINER,
                    WAIT_CONTAINER,
                    KILL_CONTAINER,
                    REMOVE_CONTAINER,
                    PRUNE_IMAGES -> containers.answer(call, exchange.connection(), executor.isPresent(), encoding);
            case SET_LOGGING_LEVEL -> {
                var wanted = call.getSetLoggingLevel();
                yield CompletableFuture.completedFuture(
                        LoggingApi.set(facts.log(), Integer.toUnsignedLong(wanted.getLevel()), wanted.getDuration()));
            }
            case LIST_FILES -> list(call.getListFiles().getPath(), encoding);
            case READ_FILE -> read(call.getReadFile(), encoding);
            case ADD_RESOURCE_PROVIDER_CONFIG -> done(NO_PROVIDERS);
            case UPDATE_RESOURCE_PROVIDER_CONFIG, MARK_RESOURCE_PROVIDER_GONE -> done(NO_SUCH_PROVIDER);
            // As in Mesos it is enough that there is none afterwards.
            case REMOVE_RESOURCE_PROVIDER_CONFIG -> CompletableFuture.completedFuture(Replies.ok());
            default -> done(Refusal.notImplemented(call.getType().name()));
        };
    }

    private static Response.Builder answer(Call.Type type) {
        return Response.newBuilder().setType(Response.Type.valueOf(type.name()));
    }

    private Response own(Call.Type type) {
        var out = answer(type);
        switch (type) {
            case GET_HEALTH -> out.getGetHealthBuilder().setHealthy(true);
            case GET_VERSION -> out.getGetVersionBuilder().setVersionInfo(facts.version());
            case GET_LOGGING_LEVEL ->
                out.getGetLoggingLevelBuilder().setLevel(facts.log().level());
            case GET_RESOURCE_PROVIDERS ->
                out.setGetResourceProviders(Response.GetResourceProviders.getDefaultInstance());
            case GET_FLAGS -> {
                var flags = out.getGetFlagsBuilder();
                facts.flags()
                        .forEach((name, value) ->
                                flags.addFlagsBuilder().setName(name).setValue(value));
            }
            case GET_METRICS -> {
                var metrics = out.getGetMetricsBuilder();
                AgentMetrics.of(facts, Instant.now())
                        .forEach((name, value) -> metrics.addMetrics(
                                Metric.newBuilder().setName(name).setValue(value)));
            }
            default -> throw new IllegalStateException("no answer to " + type);
        }
        return out.build();
    }

    private CompletionStage<HttpResponse> containers(Call.GetContainers call, Encoding encoding) {
        var show = new Containers.Shown(call.getShowNested(), call.getShowStandalone());
        var running = show.nested() || show.standalone()
                ? containers.running()
                : CompletableFuture.completedFuture(List.<ContainerStatus>of());
        return facts.picture()
                .get()
                .thenCompose(now -> running.thenCombine(
                        facts.usage().get(),
                        (ids, usage) -> Replies.message(
                                encoding,
                                answer(Call.Type.GET_CONTAINERS)
                                        .setGetContainers(Containers.toProto(
                                                now,
                                                new Containers.Measured(usage, facts.host(), Instant.now()),
                                                ids,
                                                show))
                                        .build())));
    }

    private static Response seen(Call.Type type, AgentSnapshot snapshot) {
        var out = answer(type);
        switch (type) {
            case GET_STATE ->
                out.getGetStateBuilder()
                        .setGetTasks(tasks(snapshot))
                        .setGetExecutors(executors(snapshot))
                        .setGetFrameworks(frameworks(snapshot));
            case GET_AGENT -> {
                var agent = out.getGetAgentBuilder().setAgentInfo(snapshot.agent());
                snapshot.drain().ifPresent(drain -> agent.setDrainConfig(drain.config())
                        .setEstimatedDrainStartTime(TimeInfo.newBuilder()
                                .setNanoseconds(TimeUnit.MILLISECONDS.toNanos(
                                        drain.since().toEpochMilli()))));
            }
            case GET_TASKS -> out.setGetTasks(tasks(snapshot));
            case GET_FRAMEWORKS -> out.setGetFrameworks(frameworks(snapshot));
            case GET_EXECUTORS -> out.setGetExecutors(executors(snapshot));
            case GET_OPERATIONS -> out.getGetOperationsBuilder().addAllOperations(snapshot.operations());
            default -> throw new IllegalStateException("no answer to " + type);
        }
        return out.build();
    }

    private static Response.GetTasks tasks(AgentSnapshot snapshot) {
        var out = Response.GetTasks.newBuilder();
        for (var task : snapshot.tasks()) {
            if (TaskStates.isTerminal(task.task().getState())) {
                out.addTerminatedTasks(task.task());
            } else if (task.queued()) {
                out.addQueuedTasks(task.task());
            } else {
                out.addLaunchedTasks(task.task());
            }
        }
        snapshot.completed().forEach(task -> out.addCompletedTasks(task.task()));
        return out.build();
    }

    private static Response.GetFrameworks frameworks(AgentSnapshot snapshot) {
        var out = Response.GetFrameworks.newBuilder();
        snapshot.frameworks().forEach(info -> out.addFrameworks(framework(info)));
        snapshot.completedFrameworks().forEach(info -> out.addCompletedFrameworks(framework(info)));
        return out.build();
    }

    private static Response.GetFrameworks.Framework framework(FrameworkInfo info) {
        return Response.GetFrameworks.Framework.newBuilder()
                .setFrameworkInfo(info)
                .build();
    }

    private static Response.GetExecutors executors(AgentSnapshot snapshot) {
        var out = Response.GetExecutors.newBuilder();
        ExecutorView.live(snapshot).forEach(view -> out.addExecutorsBuilder()
                .setExecutorInfo(view.executor().info()));
        ExecutorView.over(snapshot).forEach(view -> out.addCompletedExecutorsBuilder()
                .setExecutorInfo(view.executor().info()));
        return out.build();
    }

    private CompletionStage<HttpResponse> list(String path, Encoding encoding) {
        return files.answer(() -> {
            var out = answer(Call.Type.LIST_FILES);
            var list = out.getListFilesBuilder();
            files.entries(path).forEach(entry -> list.addFileInfos(FileFacts.toProto(path, entry)));
            return Replies.message(encoding, out.build());
        });
    }

    private CompletionStage<HttpResponse> read(Call.ReadFile call, Encoding encoding) {
        return files.answer(() -> {
            var part = files.part(call.getPath(), call.getOffset(), call.hasLength() ? call.getLength() : -1);
            var out = answer(Call.Type.READ_FILE);
            out.getReadFileBuilder().setSize(part.size()).setData(ByteString.copyFrom(part.bytes()));
            return Replies.message(encoding, out.build());
        });
    }

    private static CompletionStage<HttpResponse> done(Refusal refusal) {
        return CompletableFuture.completedFuture(refusal.response());
    }
}
