package io.baton.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MicroBenchTest {
    @ParameterizedTest
    @CsvSource({
        "io.baton.benchmarks.micro.MesosJsonBench.readOffers, mesos_json_read_offers",
        "io.baton.benchmarks.micro.RecordIoBench.encodeRecord, record_io_encode_record",
        "io.baton.benchmarks.micro.ResourcesBench.plus, resources_plus"
    })
    void namesOfFiguresFollowFromTheBenchmarks(String benchmark, String figure) {
        assertThat(MicroBench.name(benchmark)).isEqualTo(figure);
    }
}
