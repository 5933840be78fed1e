package io.baton.benchmarks.micro;

import io.baton.protocol.json.MesosJson;
import io.baton.protocol.json.MesosJsonException;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.Event;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Mesos's JSON, of the two messages that there are most of: OFFERS with ten offers, ACCEPT with ten tasks. */
@State(Scope.Thread)
public class MesosJsonBench {
    private static final int COUNT = 10;

    private final Event offers = Samples.offers(COUNT);
    private final Call accept = Samples.accept(COUNT);
    private final byte[] offersText = MesosJson.write(offers);
    private final byte[] acceptText = MesosJson.write(accept);

    @Benchmark
    public byte[] writeOffers() {
        return MesosJson.write(offers);
    }

    @Benchmark
    public Event.Builder readOffers() throws MesosJsonException {
        return MesosJson.parse(offersText, Event.newBuilder());
    }

    @Benchmark
    public byte[] writeAccept() {
        return MesosJson.write(accept);
    }

    @Benchmark
    public Call.Builder readAccept() throws MesosJsonException {
        return MesosJson.parse(acceptText, Call.newBuilder());
    }
}
