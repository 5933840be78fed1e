package io.baton.core.resource;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.v1.Offer.Operation;
import io.baton.v1.Resource;
import io.baton.v1.Value;
import io.baton.v1.Volume;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VolumeSizesTest {
    /** A bundle of one resource; a volume in it has a place in the sandbox. */
    private static Resource resource(String text) {
        var out = Bundle.protos(text).get(0).toBuilder();
        if (out.getDisk().hasPersistence()) {
            out.getDiskBuilder().getVolumeBuilder().setMode(Volume.Mode.RW).setContainerPath("data");
        }
        return out.build();
    }

    private static Operation grow(Resource volume, Resource addition) {
        var out = Operation.newBuilder().setType(Operation.Type.GROW_VOLUME);
        out.getGrowVolumeBuilder().setVolume(volume).setAddition(addition);
        return out.build();
    }

    private static Operation shrink(Resource volume, double less) {
        var out = Operation.newBuilder().setType(Operation.Type.SHRINK_VOLUME);
        out.getShrinkVolumeBuilder()
                .setVolume(volume)
                .setSubtract(Value.Scalar.newBuilder().setValue(less));
        return out.build();
    }

    private static Resources bundle(String... parts) {
        var all = Resources.EMPTY;
        for (var part : parts) {
            all = all.plus(Resources.fromProto(java.util.List.of(resource(part))));
        }
        return all;
    }

    @Test
    void aVolumeBecomesLargerAndSmallerAgain() {
        var small = bundle("cpus:1", "disk(eng):30", "disk(eng)[v]:10");
        var larger = Conversion.of(grow(resource("disk(eng)[v]:10"), resource("disk(eng):20.5")));
        assertThat(larger.misfit(small, small)).isEmpty();
        var grown = larger.applyTo(small);
        assertThat(grown).isEqualTo(bundle("cpus:1", "disk(eng):9.5", "disk(eng)[v]:30.5"));

        var smaller = Conversion.of(shrink(resource("disk(eng)[v]:30.5"), 20.5));
        assertThat(smaller.misfit(grown, grown)).isEmpty();
        assertThat(smaller.applyTo(grown)).isEqualTo(small);
    }

    @Test
    void aVolumeOfAnotherSizeOrWithoutRoomStaysAsItIs() {
        var host = bundle("disk(eng):5", "disk(eng)[v]:10");
        assertThat(Conversion.of(grow(resource("disk(eng)[v]:9"), resource("disk(eng):1")))
                        .misfit(host, host))
                .isPresent();
        assertThat(Conversion.of(grow(resource("disk(eng)[v]:10"), resource("disk(eng):6")))
                        .misfit(host, host))
                .isPresent();
        assertThat(Conversion.of(shrink(resource("disk(eng)[other]:10"), 1)).misfit(host, host))
                .isPresent();
    }

    @ParameterizedTest(name = "{0} by {1}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            disk(eng)[v]:10      | disk(eng):5      | ''
            disk(=eng)[v]:10     | disk(=eng):5     | ''
            disk(eng)[v]:10      | disk(eng):0      | The size of 'GrowVolume.addition' field must be greater than zero
            disk(eng)[v]:10      | disk(eng):0.0001 | must be greater than zero
            disk(eng)[v]:10      | disk:5           | Incompatible resources in the 'GrowVolume.volume' and 'GrowVolume.addition' fields
            disk(eng)[v]:10      | disk(ads):5      | Incompatible
            disk(eng)[v]:10      | disk(eng)[w]:5   | Incompatible
            disk(eng)[v]:10      | mem(eng):5       | Incompatible
            disk(eng)@/mnt[v]:10 | disk(eng)@/mnt:5 | Incompatible
            disk(eng)[v]<S>:10   | disk(eng):5      | Growing a shared persistent volume is not supported
            disk(eng):10         | disk(eng):5      | Invalid persistent volume in the 'GrowVolume.volume' field: Resource disk(eng) does not have DiskInfo
            disk[v]:10           | disk:5           | is not reserved
            """)
    void growsWhatCanGrow(String volume, String addition, String problem) {
        var found = Conversion.problemOf(grow(resource(volume), resource(addition)));
        assertThat(found.orElse("")).contains(problem);
        assertThat(found.isEmpty()).isEqualTo(problem.isEmpty());
    }

    @ParameterizedTest(name = "{0} by {1}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            disk(eng)[v]:10      | 5        | ''
            disk(eng)[v]:10      | 0        | Value of 'ShrinkVolume.subtract' must be greater than zero
            disk(eng)[v]:10      | -1       | must be greater than zero
            disk(eng)[v]:10      | NaN      | must be greater than zero
            disk(eng)[v]:10      | 10       | must be smaller than the size of 'ShrinkVolume.volume'
            disk(eng)[v]:10      | Infinity | must be smaller than the size of 'ShrinkVolume.volume'
            disk(eng)@/mnt[v]:10 | 5        | Shrinking a volume on a MOUNT disk is not supported
            disk(eng)[v]<S>:10   | 5        | Shrinking a shared persistent volume is not supported
            disk(eng):10         | 5        | Invalid persistent volume in the 'ShrinkVolume.volume' field
            """)
    void shrinksWhatCanShrink(String volume, double less, String problem) {
        var found = Conversion.problemOf(shrink(resource(volume), less));
        assertThat(found.orElse("")).contains(problem);
        assertThat(found.isEmpty()).isEqualTo(problem.isEmpty());
    }

    @Test
    void disksOfProvidersAreNotThere() {
        var provided = resource("disk:5").toBuilder();
        var create = Operation.newBuilder().setType(Operation.Type.CREATE_DISK);
        create.getCreateDiskBuilder().setSource(provided).setTargetType(Resource.DiskInfo.Source.Type.MOUNT);
        assertThat(Conversion.problemOf(create.build())).contains("'source' is not managed by a resource provider");

        provided.getProviderIdBuilder().setValue("p");
        var destroy = Operation.newBuilder().setType(Operation.Type.DESTROY_DISK);
        destroy.getDestroyDiskBuilder().setSource(provided);
        assertThat(Conversion.problemOf(destroy.build())).contains("There is no resource provider 'p' on this agent");
        assertThat(Conversion.problemOf(grow(
                        resource("disk(eng)[v]:1").toBuilder()
                                .setProviderId(provided.getProviderId())
                                .build(),
                        resource("disk(eng):1"))))
                .contains("Growing a volume from a resource provider is not supported");
    }
}
