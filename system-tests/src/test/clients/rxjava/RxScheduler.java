import static com.mesosphere.mesos.rx.java.SinkOperations.sink;

import com.mesosphere.mesos.rx.java.MesosClient;
import com.mesosphere.mesos.rx.java.SinkOperation;
import com.mesosphere.mesos.rx.java.protobuf.ProtobufMesosClientBuilder;
import com.mesosphere.mesos.rx.java.protobuf.SchedulerCalls;
import com.mesosphere.mesos.rx.java.util.UserAgentEntries;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.Filters;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import rx.Observable;

/**
 * A scheduler on mesos-rxjava 0.2.0: subscribes, launches three tasks, sees them finish, and tears itself down. Run with
 * the URL of a master's scheduler API; exits with 0 when the stream has ended after that.
 */
public final class RxScheduler {
    private static final int TASKS = 3;

    private final Set<String> finished = new HashSet<>();
    private volatile FrameworkID id = FrameworkID.newBuilder().setValue("rxjava-client").build();
    private boolean launched;

    public static void main(String[] args) throws Throwable {
        RxScheduler scheduler = new RxScheduler();
        MesosClient<Call, Event> client = ProtobufMesosClientBuilder.schedulerUsingProtos()
                .mesosUri(URI.create(args[0]))
                .applicationUserAgentEntry(UserAgentEntries.literal("rx-scheduler", "1"))
                .subscribe(SchedulerCalls.subscribe(scheduler.id, "root", "rxjava client", 60L))
                .processStream(events -> events.flatMap(scheduler::answer))
                .build();
        client.openStream().await();
        System.out.println("finished " + scheduler.finished.size());
        System.exit(scheduler.finished.size() == TASKS ? 0 : 1);
    }

    private Observable<Optional<SinkOperation<Call>>> answer(Event event) {
        List<Optional<SinkOperation<Call>>> calls = new ArrayList<>();
        switch (event.getType()) {
            case SUBSCRIBED:
                id = event.getSubscribed().getFrameworkId();
                System.out.println("subscribed " + id.getValue());
                break;
            case OFFERS:
                for (Offer offer : event.getOffers().getOffersList()) {
                    calls.add(Optional.of(sink(launched ? decline(offer) : launch(offer))));
                }
                break;
            case UPDATE:
                update(event, calls);
                break;
            default:
                System.out.println("event " + event.getType());
        }
        return Observable.from(calls);
    }

    private void update(Event event, List<Optional<SinkOperation<Call>>> calls) {
        org.apache.mesos.v1.Protos.TaskStatus status = event.getUpdate().getStatus();
        System.out.println("update " + status.getTaskId().getValue() + " " + status.getState());
        if (status.hasUuid()) {
            calls.add(Optional.of(sink(SchedulerCalls.ackUpdate(
                    id, status.getUuid(), status.getAgentId(), status.getTaskId()))));
        }
        if (status.getState() == TaskState.TASK_FINISHED
                && finished.add(status.getTaskId().getValue())
                && finished.size() == TASKS) {
            calls.add(Optional.of(sink(
                    Call.newBuilder().setFrameworkId(id).setType(Call.Type.TEARDOWN).build())));
        }
    }

    private Call decline(Offer offer) {
        List<org.apache.mesos.v1.Protos.OfferID> ids = new ArrayList<>();
        ids.add(offer.getId());
        return SchedulerCalls.decline(id, ids);
    }

    private Call launch(Offer offer) {
        launched = true;
        Offer.Operation.Launch.Builder launch = Offer.Operation.Launch.newBuilder();
        for (int i = 0; i < TASKS; i++) {
            launch.addTaskInfos(task("rx-" + i, offer.getAgentId()));
        }
        return Call.newBuilder()
                .setFrameworkId(id)
                .setType(Call.Type.ACCEPT)
                .setAccept(Call.Accept.newBuilder()
                        .addOfferIds(offer.getId())
                        .addOperations(Offer.Operation.newBuilder()
                                .setType(Offer.Operation.Type.LAUNCH)
                                .setLaunch(launch))
                        .setFilters(Filters.newBuilder().setRefuseSeconds(1)))
                .build();
    }

    private static TaskInfo task(String name, AgentID agent) {
        return TaskInfo.newBuilder()
                .setName(name)
                .setTaskId(TaskID.newBuilder().setValue(name))
                .setAgentId(agent)
                .setCommand(CommandInfo.newBuilder().setValue("echo " + name))
                .addResources(scalar("cpus", 0.1))
                .addResources(scalar("mem", 32))
                .build();
    }

    private static Resource scalar(String name, double value) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(value))
                .build();
    }
}
