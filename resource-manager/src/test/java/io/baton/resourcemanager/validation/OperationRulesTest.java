package io.baton.resourcemanager.validation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.TextFormat;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Offer.Operation;
import io.baton.v1.Resource;
import io.baton.v1.Resource.DiskInfo;
import io.baton.v1.Resource.ReservationInfo;
import io.baton.v1.Value;
import io.baton.v1.Volume;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperationRulesTest {
    @ParameterizedTest(name = "{0} for {1} by {2}: {3}")
    @CsvSource(delimiter = '|', textBlock = """
            reserve | eng       | me    |
            reserve | eng       | other | but the reservation names principal 'other'
            reserve | ads       | me    | a resource with role 'ads'
            reserve | eng/build | me    | a resource with role 'eng/build'
            source  | eng       | me    | must not give the 'source'
            reserve | eng       | -     | but there is a reserved resource in the request with no principal set
            create  | eng       | me    |
            create  | eng       | -     | but there is a volume in the request with no principal set
            create  | eng       | other | but the volume names principal 'other'
            shared  | eng       | me    | without SHARED_RESOURCES
            """)
    void aSchedulerReservesForTheRoleOfTheOfferInItsOwnName(String what, String role, String by, String problem) {
        var framework = FrameworkInfo.newBuilder()
                .setUser("u")
                .setName("n")
                .setPrincipal("me")
                .build();
        var found = OperationRules.problemOf(operation(what, role, by), framework, "eng");

        if (problem == null) {
            assertThat(found).isEmpty();
        } else {
            assertThat(found).hasValueSatisfying(why -> assertThat(why).contains(problem));
        }
    }

    @ParameterizedTest
    @CsvSource({"reserve", "unreserve", "create", "destroy"})
    void whatIsAllocatedToAnotherRoleIsNotInTheOffer(String what) throws Exception {
        for (var allocated : new String[] {"eng", "ads"}) {
            var resource = "{ name: 'disk' type: SCALAR scalar { value: 1 } allocation_info { role: '" + allocated
                    + "' } reservations { type: DYNAMIC role: 'eng' }"
                    + (what.endsWith("reserve")
                            ? " }"
                            : " disk { persistence { id: 'v' } volume { mode: RW container_path: 'd' } } }");
            var operation = Operation.newBuilder();
            TextFormat.merge(
                    "type: " + what.toUpperCase(Locale.ROOT) + " " + what + " { "
                            + (what.endsWith("reserve") ? "resources " : "volumes ") + resource + " }",
                    operation);
            var framework = FrameworkInfo.newBuilder().setUser("u").setName("n").build();

            assertThat(OperationRules.problemOf(operation.build(), framework, "eng")
                            .orElse(""))
                    .contains(allocated.equals("eng") ? "" : "allocated to role 'ads'")
                    .matches(problem -> problem.isEmpty() == allocated.equals("eng"));
        }
    }

    private static Operation operation(String what, String role, String principal) {
        var disk = Resource.newBuilder()
                .setName("disk")
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(1))
                .addReservations(ReservationInfo.newBuilder()
                        .setType(ReservationInfo.Type.DYNAMIC)
                        .setRole(role)
                        .setPrincipal(principal));
        if (principal.equals("-")) {
            disk.getReservationsBuilder(0).clearPrincipal();
        }
        var out = Operation.newBuilder();
        if (what.equals("reserve") || what.equals("source")) {
            out.setType(Operation.Type.RESERVE).getReserveBuilder().addResources(disk);
            if (what.equals("source")) {
                out.getReserveBuilder().addSource(disk);
            }
            return out.build();
        }
        disk.setDisk(DiskInfo.newBuilder()
                .setPersistence(DiskInfo.Persistence.newBuilder().setId("v").setPrincipal(principal))
                .setVolume(Volume.newBuilder().setMode(Volume.Mode.RW).setContainerPath("data")));
        if (principal.equals("-")) {
            disk.getDiskBuilder().getPersistenceBuilder().clearPrincipal();
        }
        if (what.equals("shared")) {
            disk.setShared(Resource.SharedInfo.getDefaultInstance());
        }
        out.setType(Operation.Type.CREATE).getCreateBuilder().addVolumes(disk);
        return out.build();
    }
}
