package io.baton.sdk.offer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.baton.v1.AgentID;
import io.baton.v1.Attribute;
import io.baton.v1.CommandInfo;
import io.baton.v1.Environment;
import io.baton.v1.FrameworkID;
import io.baton.v1.Offer;
import io.baton.v1.OfferID;
import io.baton.v1.Resource;
import io.baton.v1.TaskInfo;
import io.baton.v1.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OfferPoolTest {

    @ParameterizedTest(name = "{0} on {1}")
    @CsvSource(delimiter = '|', textBlock = """
        cpus:0.3 ×3             | A cpus:1                | A A A
        cpus:0.1 ×10            | A cpus:1                | A A A A A A A A A A
        cpus:0.1 ×11            | A cpus:1                | A A A A A A A A A A -
        cpus:1 ×3               | A cpus:2; B cpus:1      | A A B
        cpus:1,mem:64 ×2        | A cpus:4,mem:64; B cpus:1,mem:64 | A B
        cpus:1,ports:2 ×3       | A cpus:9,ports:31000-31004 | A A -
        cpus:1,gpus:1 ×1        | A cpus:4; B cpus:4,gpus:1 | B
        cpus:0.001 ×3           | A cpus:0.002            | A A -
        cpus:1 ×2               | A cpus:0.5; A cpus:0.5; B cpus:1 | A B
        """)
    void placesFirstFit(String wanted, String offered, String placed) {
        var pool = pool(offered);
        var parts = wanted.split(" ×");
        var places = new ArrayList<String>();
        for (var i = 0; i < Integer.parseInt(parts[1]); i++) {
            places.add(
                    pool.place(shape(parts[0])).map(p -> p.agentId().getValue()).orElse("-"));
        }

        assertThat(String.join(" ", places)).isEqualTo(placed);
    }

    @Test
    void picksTheLowestPortsAcrossRanges() {
        var pool = pool("A cpus:4,ports:31000-31001,ports:32000-32005");

        assertThat(pool.place(shape("cpus:1,ports:3")).orElseThrow().ports()).containsExactly(31000L, 31001L, 32000L);
        assertThat(pool.place(shape("cpus:1,ports:2")).orElseThrow().ports()).containsExactly(32001L, 32002L);
        assertThat(pool.left("ports")).isEqualTo(3);
    }

    @Test
    void takesReservedResourcesFirstAndAsTheyWereOffered() {
        var reserved = scalar("cpus", 1)
                .addReservations(Resource.ReservationInfo.newBuilder().setRole("web"));
        var pool = OfferPool.of(List.of(offer("A")
                .addResources(scalar("cpus", 4))
                .addResources(reserved)
                .build()));

        var resources = pool.place(Shape.cpus(1.5)).orElseThrow().resources();

        assertThat(resources).hasSize(2);
        assertThat(resources.get(0)).isEqualTo(reserved.build());
        assertThat(resources.get(1).getScalar().getValue()).isEqualTo(0.5);
        assertThat(resources.get(1).getReservationsCount()).isZero();
    }

    @Test
    void leavesRevocableResourcesAndVolumesAlone() {
        var revocable = scalar("cpus", 4).setRevocable(Resource.RevocableInfo.getDefaultInstance());
        var volume = scalar("disk", 100).setDisk(Resource.DiskInfo.getDefaultInstance());
        var pool = OfferPool.of(
                List.of(offer("A").addResources(revocable).addResources(volume).build()));

        assertThat(pool.left("cpus")).isZero();
        assertThat(pool.left("disk")).isZero();
    }

    @Test
    void launchesOnceForEachAgentAndDeclinesTheRest() {
        var pool = pool("A cpus:1; B cpus:2; B cpus:1; C cpus:1");
        pool.place(Shape.cpus(3)).orElseThrow().launch(TaskBuilder.task("t1").shell("true"));

        assertThat(pool.launches()).hasSize(1);
        assertThat(pool.launches().get(0).offers())
                .extracting(OfferID::getValue)
                .containsExactly("O1", "O2");
        assertThat(pool.unused()).extracting(OfferID::getValue).containsExactly("O0", "O3");
    }

    @Test
    void placesOnlyWhereItSuits() {
        var rack2 = offer("B")
                .addResources(scalar("cpus", 1))
                .addAttributes(text("rack", "r2"))
                .build();
        var pool =
                OfferPool.of(List.of(offer("A").addResources(scalar("cpus", 1)).build(), rack2));

        var place = pool.place(
                Shape.cpus(1),
                Attributes.is("rack", "r2").and(Attributes.has("gpu").negate()));

        assertThat(place.orElseThrow().agentId().getValue()).isEqualTo("B");
    }

    @ParameterizedTest
    @CsvSource({"rack, r., true", "rack, r, false", "zone, .*, false"})
    void matchesTextAttributesAsAWhole(String name, String regex, boolean suits) {
        var offer = offer("A").addAttributes(text("rack", "r2")).build();

        assertThat(Attributes.matches(name, regex).test(offer)).isEqualTo(suits);
    }

    @Test
    void buildsATaskWithAllItsParts() {
        var place = pool("A cpus:1,mem:64,ports:31000-31001")
                .place(shape("cpus:0.5,mem:32,ports:2"))
                .orElseThrow();

        var task = place.launch(TaskBuilder.task("t1")
                .name("web")
                .argv("/bin/serve", "--fast")
                .env("MODE", "test")
                .portsInEnvironment()
                .label("tier", "front")
                .killGrace(Duration.ofSeconds(5))
                .maxCompletionTime(Duration.ofMinutes(1)));

        assertThat(task.getName()).isEqualTo("web");
        assertThat(task.getAgentId().getValue()).isEqualTo("A");
        assertThat(task.getCommand())
                .extracting(CommandInfo::getShell, CommandInfo::getValue, c -> List.copyOf(c.getArgumentsList()))
                .containsExactly(false, "/bin/serve", List.of("/bin/serve", "--fast"));
        assertThat(environment(task)).isEqualTo("MODE=test PORT0=31000 PORT1=31001 PORTS=31000,31001");
        assertThat(task.getKillPolicy().getGracePeriod().getNanoseconds()).isEqualTo(5_000_000_000L);
        assertThat(task.getResourcesList()).extracting(Resource::getName).containsExactly("cpus", "mem", "ports");
        assertThat(task.isInitialized()).isTrue();
    }

    @Test
    void refusesAShapeThatNeedsLessThanNothing() {
        assertThatThrownBy(() -> Shape.cpus(0))
                .hasMessage("cpus must be at least 0.001, is 0.0; leave out what is not needed");
        assertThatThrownBy(() -> Shape.cpus(1).ports(-1)).hasMessage("ports must be at least 0, is -1");
    }

    private static String environment(TaskInfo task) {
        return task.getCommand().getEnvironment().getVariablesList().stream()
                .map((Environment.Variable v) -> v.getName() + "=" + v.getValue())
                .collect(Collectors.joining(" "));
    }

    private static Shape shape(String text) {
        var shape = Shape.cpus(1);
        for (var part : text.split(",")) {
            var amount = part.split(":");
            shape = amount[0].equals("ports")
                    ? shape.ports(Integer.parseInt(amount[1]))
                    : shape.with(amount[0], Double.parseDouble(amount[1]));
        }
        return shape;
    }

    /** {@code agent name:amount,…; …}, each an offer of its own. */
    private static OfferPool pool(String text) {
        var offers = new ArrayList<Offer>();
        for (var part : text.split("; ")) {
            var words = part.split(" ");
            var offer = offer(words[0]).setId(OfferID.newBuilder().setValue("O" + offers.size()));
            for (var resource : words[1].split(",")) {
                var amount = resource.split(":");
                offer.addResources(
                        amount[0].equals("ports")
                                ? ports(amount[1])
                                : scalar(amount[0], Double.parseDouble(amount[1])));
            }
            offers.add(offer.build());
        }
        return OfferPool.of(offers);
    }

    private static Offer.Builder offer(String agent) {
        return Offer.newBuilder()
                .setId(OfferID.newBuilder().setValue("O"))
                .setFrameworkId(FrameworkID.newBuilder().setValue("f"))
                .setAgentId(AgentID.newBuilder().setValue(agent))
                .setHostname("host-" + agent);
    }

    private static Resource.Builder scalar(String name, double amount) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(amount));
    }

    private static Resource.Builder ports(String range) {
        var ends = range.split("-");
        return Resource.newBuilder()
                .setName("ports")
                .setType(Value.Type.RANGES)
                .setRanges(Value.Ranges.newBuilder()
                        .addRange(Value.Range.newBuilder()
                                .setBegin(Long.parseLong(ends[0]))
                                .setEnd(Long.parseLong(ends[1]))));
    }

    private static Attribute text(String name, String value) {
        return Attribute.newBuilder()
                .setName(name)
                .setType(Value.Type.TEXT)
                .setText(Value.Text.newBuilder().setValue(value))
                .build();
    }
}
