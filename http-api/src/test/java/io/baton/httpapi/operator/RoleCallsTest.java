package io.baton.httpapi.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.baton.core.protocol.RoleProtocol;
import io.baton.core.protocol.RoleSettings;
import io.baton.httpapi.MasterEdge;
import io.baton.httpapi.States;
import io.baton.v1.Offer;
import io.baton.v1.Value;
import io.baton.v1.WeightInfo;
import io.baton.v1.quota.QuotaConfig;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights, quotas and roles over a real port. */
class RoleCallsTest {
    private final MasterEdge edge = new MasterEdge();

    @AfterEach
    void close() {
        edge.close();
    }

    @Test
    void showsWhatIsSet() throws Exception {
        assertThat(post("{\"type\":\"GET_WEIGHTS\"}").body()).isEqualTo("{\"type\":\"GET_WEIGHTS\"}");
        var cpus = Value.Scalar.newBuilder().setValue(2).build();
        edge.settings.set(new RoleSettings(
                List.of(WeightInfo.newBuilder().setRole("a").setWeight(2.5).build()),
                List.of(QuotaConfig.newBuilder()
                        .setRole("b")
                        .putLimits("cpus", cpus)
                        .build()),
                1,
                2));

        assertThat(post("{\"type\":\"GET_WEIGHTS\"}").body())
                .contains("\"weight\":2.5")
                .contains("\"role\":\"a\"");
        assertThat(post("{\"type\":\"GET_QUOTA\"}").body())
                .contains("\"role\":\"b\"")
                .contains("\"cpus\":{\"value\":2.0}");
        assertThat(post("{\"type\":\"GET_ROLES\"}").body())
                .contains("\"name\":\"a\",\"weight\":2.5")
                .contains("\"name\":\"b\",\"weight\":1.0");
        assertThat(edge.get("/weights").body()).isEqualTo("[{\"role\":\"a\",\"weight\":2.5}]");
        assertThat(edge.get("/quota").body())
                .isEqualTo("{\"infos\":[{\"role\":\"b\"}],"
                        + "\"configs\":[{\"role\":\"b\",\"limits\":{\"cpus\":{\"value\":2.0}}}]}");
        assertThat(edge.get("/roles").body())
                .contains("\"limit\":{\"cpus\":2.0}")
                .contains("\"weight\":2.5");
    }

    /** A task and an executor hold resources in prod/web, an offer is out to it, and some are reserved for prod/db. */
    @Test
    void aRoleHoldsWhatTheRolesBelowItHold() throws Exception {
        var state = States.small().state().toBuilder();
        state.getGetTasksBuilder().clear();
        state.getGetFrameworksBuilder()
                .getFrameworksBuilder(0)
                .clearAllocatedResources()
                .addAllAllocatedResources(States.resources(0.3, 96, "prod/web"))
                .getFrameworkInfoBuilder()
                .clearRoles()
                .addRoles("prod/web");
        var reserved = States.resources(2, 32, "").get(0).toBuilder();
        reserved.clearRole().addReservationsBuilder().setRole("prod/db");
        state.getGetAgentsBuilder().getAgentsBuilder(0).addTotalResources(reserved);
        var offer = Offer.newBuilder().setHostname("h1").addAllResources(States.resources(1, 10, "prod/web"));
        offer.getIdBuilder().setValue("O1");
        offer.getFrameworkIdBuilder().setValue("F1");
        offer.getAgentIdBuilder().setValue("S0");
        edge.state.set(States.view(state.build(), List.of(offer.build())));

        var roles = new ObjectMapper().readTree(edge.get("/roles").body()).get("roles");
        assertThat(roles.findValuesAsText("name")).containsExactly("prod", "prod/db", "prod/web");
        assertThat(roles.at("/0").toString())
                .isEqualTo(
                        "{\"name\":\"prod\",\"weight\":1.0,\"quota\":{\"role\":\"prod\",\"guarantee\":{},\"limit\":{},"
                                + "\"consumed\":{\"cpus\":2.3,\"mem\":96.0}},"
                                + "\"resources\":{\"cpus\":1.3,\"mem\":106.0},"
                                + "\"allocated\":{\"cpus\":0.3,\"mem\":96.0},\"offered\":{\"cpus\":1.0,\"mem\":10.0},"
                                + "\"reserved\":{\"cpus\":2.0},\"frameworks\":[]}");
        assertThat(roles.at("/2/quota/consumed").toString()).isEqualTo("{\"cpus\":0.3,\"mem\":96.0}");
        assertThat(roles.at("/2/frameworks").toString()).isEqualTo("[\"F1\"]");
        var shown = new ObjectMapper().readTree(post("{\"type\":\"GET_ROLES\"}").body());
        assertThat(shown.at("/get_roles/roles/0/name").asText()).isEqualTo("prod");
        assertThat(shown.at("/get_roles/roles/0/resources/0/scalar/value").asDouble())
                .isEqualTo(1.3);
    }

    @Test
    void setsWeightsAndQuotas() throws Exception {
        var weights = post("{\"type\":\"UPDATE_WEIGHTS\",\"update_weights\":{\"weight_infos\":"
                + "[{\"role\":\"a\",\"weight\":2}]}}");
        assertThat(weights.statusCode()).isEqualTo(200);
        assertThat(weights.headers().firstValue("Content-Type")).isEmpty();

        var quota = post("{\"type\":\"UPDATE_QUOTA\",\"update_quota\":{\"force\":true,\"quota_configs\":"
                + "[{\"role\":\"a\",\"limits\":{\"cpus\":{\"value\":4}}}]}}");
        assertThat(quota.statusCode()).isEqualTo(200);
        assertThat(edge.rolesAsked.get(1)).isInstanceOfSatisfying(RoleProtocol.UpdateQuota.class, m -> {
            assertThat(m.force()).isTrue();
            assertThat(m.quotas()).singleElement().satisfies(q -> assertThat(q.getLimitsMap())
                    .containsKey("cpus"));
        });
    }

    private int send(String method, String path, String body) throws Exception {
        var request = HttpRequest.newBuilder(edge.uri(path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return edge.client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
    }

    @Test
    void takesTheOlderForms() throws Exception {
        var quota = "{\"role\":\"a\",\"guarantee\":[{\"name\":\"cpus\",\"type\":\"SCALAR\",\"scalar\":{\"value\":3}}]}";

        assertThat(send("PUT", "/weights", "[{\"role\":\"a\",\"weight\":2}]")).isEqualTo(200);
        assertThat(send("PUT", "/weights", "[{\"role\":7}]")).isEqualTo(400);
        assertThat(send("POST", "/quota", quota)).isEqualTo(200);
        assertThat(send("DELETE", "/quota/nobody", "")).as("has none").isEqualTo(400);
        edge.settings.set(new RoleSettings(
                List.of(), List.of(QuotaConfig.newBuilder().setRole("a").build()), 1, 2));
        assertThat(send("DELETE", "/quota/a", "")).isEqualTo(200);

        assertThat(((RoleProtocol.UpdateWeights) edge.rolesAsked.get(0)).weights())
                .singleElement()
                .satisfies(weight -> assertThat(weight.getWeight()).isEqualTo(2));
        assertThat(((RoleProtocol.UpdateQuota) edge.rolesAsked.get(1)).quotas())
                .singleElement()
                .satisfies(q -> assertThat(q.getLimitsMap()).containsKey("cpus"));
        assertThat(((RoleProtocol.UpdateQuota) edge.rolesAsked.get(2)).quotas())
                .containsExactly(QuotaConfig.newBuilder().setRole("a").build());
    }

    @Test
    void removesAQuotaOfARoleThatIsNotAscii() throws Exception {
        var quota = QuotaConfig.newBuilder().setRole("gr\u00f6\u00dfe").build();
        edge.settings.set(new RoleSettings(List.of(), List.of(quota), 1, 2));

        assertThat(send("DELETE", "/quota/gr%C3%B6%C3%9Fe", "")).isEqualTo(200);
        assertThat(((RoleProtocol.UpdateQuota) edge.rolesAsked.get(0)).quotas()).containsExactly(quota);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"role\":\"a\",\"weight\":2}",
                "null",
                "",
                "[],\"weight_infos\":[{\"role\":\"a\",\"weight\":2}]",
                "[]}{"
            })
    void weightsAreAnArray(String body) throws Exception {
        assertThat(send("PUT", "/weights", body)).isEqualTo(400);
        assertThat(edge.rolesAsked).isEmpty();
    }

    @Test
    void passesTheRefusalOn() throws Exception {
        var answer = post("{\"type\":\"UPDATE_WEIGHTS\",\"update_weights\":{\"weight_infos\":"
                + "[{\"role\":\"bad\",\"weight\":2}]}}");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("role 'bad' will not do");
        var late = post("{\"type\":\"UPDATE_WEIGHTS\",\"update_weights\":{\"weight_infos\":"
                + "[{\"role\":\"late\",\"weight\":2}]}}");
        assertThat(late.statusCode()).isEqualTo(503);
        assertThat(late.headers().firstValue("Retry-After")).contains("1");
    }

    @Test
    void readsTheOlderQuotaCallsAsNewOnes() throws Exception {
        post("{\"type\":\"SET_QUOTA\",\"set_quota\":{\"quota_request\":{\"role\":\"a\",\"guarantee\":"
                + "[{\"name\":\"cpus\",\"type\":\"SCALAR\",\"scalar\":{\"value\":3}}]}}}");
        var missing = post("{\"type\":\"REMOVE_QUOTA\",\"remove_quota\":{\"role\":\"a\"}}");
        assertThat(missing.statusCode()).isEqualTo(400);
        assertThat(missing.body()).isEqualTo("role 'a' has no quota to remove");
        edge.settings.set(new RoleSettings(
                List.of(), List.of(QuotaConfig.newBuilder().setRole("a").build()), 1, 2));
        post("{\"type\":\"REMOVE_QUOTA\",\"remove_quota\":{\"role\":\"a\"}}");

        var three = Map.of("cpus", Value.Scalar.newBuilder().setValue(3).build());
        assertThat(((RoleProtocol.UpdateQuota) edge.rolesAsked.get(0)).quotas())
                .singleElement()
                .satisfies(q -> {
                    assertThat(q.getGuaranteesMap()).isEqualTo(three);
                    assertThat(q.getLimitsMap()).isEqualTo(three);
                });
        assertThat(((RoleProtocol.UpdateQuota) edge.rolesAsked.get(1)).quotas())
                .containsExactly(QuotaConfig.newBuilder().setRole("a").build());
        assertThat(((RoleProtocol.UpdateQuota) edge.rolesAsked.get(1)).force())
                .as("whatever others are promised")
                .isTrue();
    }

    @ParameterizedTest(name = "{0} {1}: {3}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            new | CPUS       | 200 |
            old | CPUS       | 400 | Failed to validate set quota request: Cannot set quota for role 'old' which already has quota
            new |            | 400 | Failed to validate set quota request: QuotaInfo with empty 'guarantee'
            new | CPUS,CPUS  | 400 | Failed to validate set quota request: QuotaInfo contains duplicate resource name 'cpus'
            new | PORTS      | 400 | Failed to validate set quota request: QuotaInfo must not include non-scalar resources
            new | RESERVED   | 400 | Failed to validate set quota request: QuotaInfo must not contain any ReservationInfo
            new | NEGATIVE   | 400 | Failed to validate set quota request: QuotaInfo with invalid resource
            -n  | CPUS       | 400 | Failed to validate set quota request: QuotaInfo with invalid role
            n/m | CPUS       | 400 | Setting quota on nested role 'n/m' is not supported yet
            big | CPUS       | 409 | Quota guarantees overcommit the cluster (use 'force' to bypass this check): all of it exceeds 'cpus:1'
            bad | CPUS       | 400 | role 'bad' will not do
            """)
    void theOlderCallsSetAFirstQuotaOnly(String role, String guarantee, int status, String problem) throws Exception {
        edge.settings.set(new RoleSettings(
                List.of(), List.of(QuotaConfig.newBuilder().setRole("old").build()), 1, 2));
        var cpus = "{\"name\":\"cpus\",\"type\":\"SCALAR\",\"scalar\":{\"value\":3}}";
        var array = (guarantee == null ? "" : guarantee)
                .replace("CPUS", cpus)
                .replace("RESERVED", cpus.replace("{\"name", "{\"role\":\"x\",\"name"))
                .replace("NEGATIVE", cpus.replace("3", "-3"))
                .replace("PORTS", "{\"name\":\"ports\",\"type\":\"RANGES\",\"ranges\":{\"range\":[]}}");
        var request = "{\"role\":\"" + role + "\",\"guarantee\":[" + array + "]}";

        var answer = post("{\"type\":\"SET_QUOTA\",\"set_quota\":{\"quota_request\":" + request + "}}");

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).startsWith(problem == null ? "" : problem);
        assertThat(send("POST", "/quota", request)).as("the oldest form").isEqualTo(status);
    }

    private HttpResponse<String> post(String body) throws Exception {
        return edge.client.send(
                HttpRequest.newBuilder(edge.uri("/api/v1"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
