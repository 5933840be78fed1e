package io.baton.httpapi.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.protocol.ViewProtocol;
import io.baton.core.protocol.ViewProtocol.Watched;
import io.baton.httpapi.States;
import io.baton.httpapi.stream.OperatorEvents.ToStream;
import io.baton.v1.master.Event;
import io.baton.v1.master.Response;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class OperatorEventsTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final Watched PICTURE =
            new Watched.Picture(States.view(Response.GetState.getDefaultInstance(), List.of()));
    private static final Watched CHANGE = new Watched.Changes(
            List.of(Event.newBuilder().setType(Event.Type.AGENT_REMOVED).build()));

    private final TestProbe<ViewProtocol> view = KIT.createTestProbe();
    private final ActorRef<OperatorEvents.Message> events =
            KIT.spawn(OperatorEvents.create(view.getRef(), Duration.ofSeconds(15), 2));

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    @Test
    void thoseWhoComeTogetherShareOnePictureAndNobodyMissesWhatFollows() {
        TestProbe<ToStream> first = joined();
        var watcher = view.expectMessageClass(ViewProtocol.Watch.class).watcher();
        TestProbe<ToStream> second = joined();
        watcher.tell(PICTURE);
        watcher.tell(CHANGE);

        var begin = first.expectMessageClass(OperatorEvents.Begin.class);
        assertThat(second.expectMessageClass(OperatorEvents.Begin.class)).isSameAs(begin);
        first.expectMessageClass(OperatorEvents.News.class);
        second.expectMessageClass(OperatorEvents.News.class);
        view.expectNoMessage(Duration.ofMillis(20));
    }

    @Test
    void theOldestMakesRoom() {
        TestProbe<ToStream> first = joined();
        var watcher = view.expectMessageClass(ViewProtocol.Watch.class).watcher();
        watcher.tell(PICTURE);
        first.expectMessageClass(OperatorEvents.Begin.class);
        TestProbe<ToStream> second = joined();
        joined();

        first.expectMessageClass(OperatorEvents.MakeRoom.class);
        second.expectNoMessage(Duration.ofMillis(20));
    }

    @Test
    void itDoesNotStopWatchingWhileAPictureIsUnderWay() {
        TestProbe<ToStream> first = joined();
        var watcher = view.expectMessageClass(ViewProtocol.Watch.class).watcher();
        events.tell(new OperatorEvents.Leave(first.getRef()));
        view.expectNoMessage(Duration.ofMillis(20));

        watcher.tell(PICTURE);
        view.expectMessageClass(ViewProtocol.Unwatch.class);
    }

    private TestProbe<ToStream> joined() {
        TestProbe<ToStream> stream = KIT.createTestProbe();
        events.tell(new OperatorEvents.Join(stream.getRef()));
        return stream;
    }
}
