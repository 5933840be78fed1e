package io.baton.testkit;

import io.baton.v1.Address;
import io.baton.v1.FrameworkID;
import io.baton.v1.MasterInfo;
import io.baton.v1.Offer;
import io.baton.v1.OfferID;
import io.baton.v1.TaskStatus;
import io.baton.v1.scheduler.Event;
import java.util.List;

/** Builds the events a master sends. */
final class Events {
    static final Event HEARTBEAT =
            Event.newBuilder().setType(Event.Type.HEARTBEAT).build();

    private Events() {}

    static Event subscribed(String frameworkId, double heartbeatSeconds, String masterId, int port) {
        return Event.newBuilder()
                .setType(Event.Type.SUBSCRIBED)
                .setSubscribed(Event.Subscribed.newBuilder()
                        .setFrameworkId(FrameworkID.newBuilder().setValue(frameworkId))
                        .setHeartbeatIntervalSeconds(heartbeatSeconds)
                        .setMasterInfo(MasterInfo.newBuilder()
                                .setId(masterId)
                                .setIp(0x0100007f)
                                .setPort(port)
                                .setHostname("localhost")
                                .setAddress(Address.newBuilder()
                                        .setHostname("localhost")
                                        .setIp("127.0.0.1")
                                        .setPort(port))))
                .build();
    }

    static Event offers(List<Offer> offers) {
        return Event.newBuilder()
                .setType(Event.Type.OFFERS)
                .setOffers(Event.Offers.newBuilder().addAllOffers(offers))
                .build();
    }

    static Event rescind(String offerId) {
        return Event.newBuilder()
                .setType(Event.Type.RESCIND)
                .setRescind(Event.Rescind.newBuilder()
                        .setOfferId(OfferID.newBuilder().setValue(offerId)))
                .build();
    }

    static Event update(TaskStatus status) {
        return Event.newBuilder()
                .setType(Event.Type.UPDATE)
                .setUpdate(Event.Update.newBuilder().setStatus(status))
                .build();
    }

    static Event error(String message) {
        return Event.newBuilder()
                .setType(Event.Type.ERROR)
                .setError(Event.Error.newBuilder().setMessage(message))
                .build();
    }
}
