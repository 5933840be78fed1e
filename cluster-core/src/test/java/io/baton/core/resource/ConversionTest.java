package io.baton.core.resource;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.v1.Offer.Operation;
import io.baton.v1.Resource;
import io.baton.v1.Resource.DiskInfo;
import io.baton.v1.Resource.ReservationInfo;
import io.baton.v1.Value;
import io.baton.v1.Volume;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ConversionTest {
    private static final Resource CPUS = scalar("cpus", 2);
    private static final Resource DISK = scalar("disk", 64);
    private static final Resource RESERVED = reserved(CPUS, ReservationInfo.Type.DYNAMIC, "eng");
    private static final Resource REFINED = reserved(RESERVED, ReservationInfo.Type.DYNAMIC, "eng/build");
    private static final Resource RESERVED_DISK = reserved(DISK, ReservationInfo.Type.DYNAMIC, "eng");
    private static final Resource VOLUME = volume(RESERVED_DISK, "v");

    private static Resource scalar(String name, double value) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(value))
                .build();
    }

    private static Resource reserved(Resource resource, ReservationInfo.Type type, String role) {
        return resource.toBuilder()
                .addReservations(ReservationInfo.newBuilder().setType(type).setRole(role))
                .build();
    }

    private static Resource volume(Resource disk, String id) {
        return disk.toBuilder()
                .setDisk(DiskInfo.newBuilder()
                        .setPersistence(DiskInfo.Persistence.newBuilder().setId(id))
                        .setVolume(Volume.newBuilder().setMode(Volume.Mode.RW).setContainerPath("data")))
                .build();
    }

    private static Operation operation(Operation.Type type, Resource... of) {
        var out = Operation.newBuilder().setType(type);
        switch (type) {
            case RESERVE -> out.getReserveBuilder().addAllResources(List.of(of));
            case UNRESERVE -> out.getUnreserveBuilder().addAllResources(List.of(of));
            case CREATE -> out.getCreateBuilder().addAllVolumes(List.of(of));
            default -> out.getDestroyBuilder().addAllVolumes(List.of(of));
        }
        return out.build();
    }

    private static Resources bundle(Resource... of) {
        return Resources.fromProto(List.of(of));
    }

    @Test
    void eachOperationIsUndoneByItsOpposite() {
        check(Operation.Type.RESERVE, Operation.Type.UNRESERVE, RESERVED, CPUS);
        check(Operation.Type.RESERVE, Operation.Type.UNRESERVE, REFINED, RESERVED);
        check(Operation.Type.CREATE, Operation.Type.DESTROY, VOLUME, RESERVED_DISK);
    }

    private static void check(Operation.Type there, Operation.Type back, Resource made, Resource of) {
        assertThat(Conversion.problemOf(operation(there, made))).isEmpty();
        assertThat(Conversion.problemOf(operation(back, made))).isEmpty();
        var pool = bundle(scalar("mem", 512), of);
        var after = Conversion.of(operation(there, made)).applyTo(pool);
        assertThat(after).isEqualTo(bundle(scalar("mem", 512), made));
        assertThat(Conversion.of(operation(back, made)).applyTo(after)).isEqualTo(pool);
        assertThat(after.scalarMillis()).as("the same amounts").isEqualTo(pool.scalarMillis());
    }

    @Test
    void aSourceReplacesWhatIsReserved() {
        var other = reserved(CPUS, ReservationInfo.Type.DYNAMIC, "ads");
        var operation = Operation.newBuilder().setType(Operation.Type.RESERVE);
        operation.getReserveBuilder().addResources(other).addSource(RESERVED);

        assertThat(Conversion.of(operation.build()).applyTo(bundle(RESERVED))).isEqualTo(bundle(other));
    }

    @ParameterizedTest(name = "{0} for {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            reserved   | other      | ``
            plain      | other      | ``
            less       | other      | identical resource quantities: cpus:0.1 vs. cpus:2
            none       | other      | identical resource quantities: {} vs. cpus:2
            more       | other      | identical resource quantities: cpus:4 vs. cpus:2
            volume     | other disk | identical resource quantities: disk[v]:64 vs. disk:64
            static     | other      | identical resource quantities: cpus(eng):2 vs. cpus:2
            text       | other      | Invalid source: Invalid resource 'x'
            two types  | other      | Invalid source: Invalid resources: one resource name with two types
            two roles  | other      | Invalid source: Mixed reservations are not supported
            more       | two roles  | Invalid resources: Mixed reservations are not supported
            """)
    void aSourceDiffersInItsReservationsOnly(String source, String target, String problem) {
        var operation = Operation.newBuilder().setType(Operation.Type.RESERVE);
        operation.getReserveBuilder().addAllSource(named(source)).addAllResources(named(target));

        assertThat(Conversion.problemOf(operation.build()).orElse(""))
                .contains(problem)
                .matches(found -> found.isEmpty() == problem.isEmpty());
    }

    private static List<Resource> named(String what) {
        var other = reserved(CPUS, ReservationInfo.Type.DYNAMIC, "ads");
        return switch (what) {
            case "plain" -> List.of(CPUS);
            case "other" -> List.of(other);
            case "less" -> List.of(reserved(scalar("cpus", 0.1), ReservationInfo.Type.DYNAMIC, "eng"));
            case "none" -> List.of(reserved(scalar("cpus", 0), ReservationInfo.Type.DYNAMIC, "eng"));
            case "more" -> List.of(reserved(scalar("cpus", 4), ReservationInfo.Type.DYNAMIC, "eng"));
            case "volume" -> List.of(VOLUME);
            case "other disk" -> List.of(reserved(DISK, ReservationInfo.Type.DYNAMIC, "ads"));
            case "static" -> List.of(reserved(CPUS, ReservationInfo.Type.STATIC, "eng"));
            case "text" ->
                List.of(Resource.newBuilder()
                        .setName("x")
                        .setType(Value.Type.TEXT)
                        .build());
            case "two types" ->
                List.of(
                        CPUS,
                        Resource.newBuilder()
                                .setName("cpus")
                                .setType(Value.Type.RANGES)
                                .setRanges(Value.Ranges.newBuilder()
                                        .addRange(Value.Range.newBuilder()
                                                .setBegin(1)
                                                .setEnd(2)))
                                .build());
            case "two roles" -> List.of(RESERVED, other);
            default -> List.of(RESERVED);
        };
    }

    @Test
    void whatIsNotThereCannotBeConverted() {
        var reserve = Conversion.of(operation(Operation.Type.RESERVE, RESERVED));
        assertThat(reserve.misfit(bundle(scalar("cpus", 1)), bundle()))
                .hasValueSatisfying(why -> assertThat(why).contains("cpus:1 does not contain"));
        assertThat(reserve.misfit(bundle(CPUS), bundle(CPUS))).isEmpty();
        assertThat(Conversion.of(operation(Operation.Type.UNRESERVE, RESERVED)).misfit(bundle(CPUS), bundle(CPUS)))
                .isPresent();
    }

    @Test
    void theIdOfAVolumeIsThereOnceForEachRole() {
        var create = Conversion.of(operation(Operation.Type.CREATE, volume(RESERVED_DISK, "v")));
        var pool = bundle(RESERVED_DISK);
        var smaller = volume(reserved(scalar("disk", 8), ReservationInfo.Type.DYNAMIC, "eng"), "v");
        assertThat(create.misfit(pool, bundle(RESERVED_DISK, smaller))).contains("Persistence ID 'v' is not unique");
        var another = volume(reserved(scalar("disk", 8), ReservationInfo.Type.DYNAMIC, "ads"), "v");
        assertThat(create.misfit(pool, bundle(RESERVED_DISK, another))).isEmpty();
    }

    @ParameterizedTest(name = "{0} of {1}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            RESERVE   | plain   | is not dynamically reserved
            RESERVE   | static  | is not dynamically reserved
            RESERVE   | volume  | destroy it first
            RESERVE   | star    | a reservation for no role
            RESERVE   | none    | no resources are given
            UNRESERVE | static  | is not dynamically reserved
            CREATE    | plain   | does not have DiskInfo with persistence
            CREATE    | free    | is not reserved
            CREATE    | ro      | Read-only
            CREATE    | host    | Expecting 'host_path' to be unset
            DESTROY   | plain   | does not have DiskInfo with persistence
            """)
    void refusesOperationsOfBadForm(Operation.Type type, String what, String problem) {
        var resources =
                switch (what) {
                    case "plain" -> new Resource[] {CPUS};
                    case "static" -> new Resource[] {reserved(CPUS, ReservationInfo.Type.STATIC, "eng")};
                    case "star" -> new Resource[] {reserved(CPUS, ReservationInfo.Type.DYNAMIC, "*")};
                    case "volume" -> new Resource[] {VOLUME};
                    case "free" -> new Resource[] {volume(DISK, "v")};
                    case "ro" -> {
                        var out = VOLUME.toBuilder();
                        out.getDiskBuilder().getVolumeBuilder().setMode(Volume.Mode.RO);
                        yield new Resource[] {out.build()};
                    }
                    case "host" -> {
                        var out = VOLUME.toBuilder();
                        out.getDiskBuilder().getVolumeBuilder().setHostPath("/etc");
                        yield new Resource[] {out.build()};
                    }
                    default -> new Resource[] {};
                };
        assertThat(Conversion.problemOf(operation(type, resources)))
                .hasValueSatisfying(why -> assertThat(why).contains(problem));
    }

    private static Resource mountedAt(Resource volume, String container) {
        var out = volume.toBuilder();
        out.getDiskBuilder().getVolumeBuilder().setContainerPath(container);
        return out.build();
    }

    @ParameterizedTest
    @EnumSource(names = {"CREATE", "DESTROY"})
    void aVolumeIsNamedOnce(Operation.Type type) {
        var notUnique = "Persistence ID 'v' is not unique";
        var otherRole = volume(reserved(DISK, ReservationInfo.Type.DYNAMIC, "ads"), "v");

        assertThat(Conversion.problemOf(operation(type, VOLUME, VOLUME))).contains(notUnique);
        assertThat(Conversion.problemOf(operation(type, VOLUME, mountedAt(VOLUME, "b"))))
                .contains(notUnique);
        assertThat(Conversion.problemOf(operation(type, VOLUME, volume(RESERVED_DISK, "w"), otherRole)))
                .isEmpty();
    }

    @Test
    void aVolumeIsDestroyedUnderAnyDescriptionAndGrowsUnderItsOwn() {
        var pool = bundle(RESERVED_DISK, VOLUME);
        var elsewhere = mountedAt(VOLUME, "elsewhere");

        var destroy = Conversion.of(operation(Operation.Type.DESTROY, elsewhere));
        assertThat(destroy.misfit(pool, pool)).isEmpty();
        assertThat(destroy.applyTo(pool)).isEqualTo(bundle(RESERVED_DISK, RESERVED_DISK));

        var grow = Operation.newBuilder().setType(Operation.Type.GROW_VOLUME);
        grow.getGrowVolumeBuilder().setVolume(elsewhere).setAddition(RESERVED_DISK);
        assertThat(Conversion.of(grow.build()).applyTo(pool).toProto(""))
                .singleElement()
                .satisfies(grown -> {
                    assertThat(grown.getDisk()).isEqualTo(VOLUME.getDisk());
                    assertThat(grown.getScalar().getValue()).isEqualTo(128);
                });
    }

    @Test
    void anythingElseConvertsNothing() {
        assertThat(Conversion.problemOf(
                        Operation.newBuilder().setType(Operation.Type.LAUNCH).build()))
                .contains("LAUNCH converts nothing");
    }
}
