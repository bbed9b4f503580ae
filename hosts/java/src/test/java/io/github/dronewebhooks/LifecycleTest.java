package io.github.dronewebhooks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class LifecycleTest {
    private static final DroneWebhookVerifier VERIFIER = DroneWebhookVerifier.builder().secret("the secret").build();
    private static final String COMPLETED = "build.completed";
    private static final String FAILED = "build.failed";
    private static final String FIXED = "build.fixed";

    private final Lifecycle lifecycle = new Lifecycle();

    @Test
    void aBuildIsCompletedOnceAndOnlyWhenItsStatusIsFinal() {
        assertEquals(List.of(), names(1, "running", "main"));
        Delivery end = delivery(1, "killed", "\"target\":\"main\"");
        assertEquals(List.of(COMPLETED), lifecycle.namesOf(end));
        assertEquals(List.of(COMPLETED), lifecycle.namesOf(end), "the same delivery is told the same again");
        assertEquals(List.of(), names(1, "killed", "main"), "another delivery of the same build");
    }

    @Test
    void aSuccessAfterAFailureOfTheSameBranchHasFixedIt() {
        assertEquals(List.of(COMPLETED), names(1, "success", "main"));
        assertEquals(List.of(COMPLETED, FAILED), names(2, "failure", "main"));
        assertEquals(List.of(COMPLETED), names(3, "success", "other"));
        assertEquals(List.of(COMPLETED), names(4, "skipped", "main"));
        assertEquals(List.of(COMPLETED, FIXED), names(5, "success", "main"));
        assertEquals(List.of(COMPLETED), names(6, "success", "main"));
    }

    @Test
    void anEarlierBuildThatEndsLateChangesNothing() {
        assertEquals(List.of(COMPLETED, FAILED), names(8, "error", "main"));
        assertEquals(List.of(COMPLETED), names(7, "success", "main"));
        assertEquals(List.of(COMPLETED, FIXED), names(9, "success", "main"));
    }

    @Test
    void aFailureThatIsToldOfLateWantsItsFixAllTheSame() {
        assertEquals(List.of(COMPLETED), names(2, "success", "main"));
        assertEquals(List.of(COMPLETED, FAILED), names(1, "failure", "main"));
        assertEquals(List.of(COMPLETED, FIXED), names(3, "success", "main"));
    }

    @Test
    void pullRequestsTagsAndPromotionsAreLinesOfTheirOwn() {
        String main = "\"target\":\"main\"";
        lifecycle.namesOf(delivery(1, "failure", main + ",\"event\":\"pull_request\",\"ref\":\"refs/pull/3/head\""));
        assertEquals(List.of(COMPLETED), lifecycle.namesOf(delivery(2, "success", main + ",\"event\":\"push\"")));
        lifecycle.namesOf(delivery(3, "failure", main + ",\"event\":\"promote\",\"deploy_to\":\"production\""));
        assertEquals(List.of(COMPLETED), lifecycle.namesOf(delivery(4, "success", main + ",\"event\":\"promote\",\"deploy_to\":\"staging\"")));
        assertEquals(
                List.of(COMPLETED, FIXED),
                lifecycle.namesOf(delivery(5, "success", main + ",\"event\":\"promote\",\"deploy_to\":\"production\"")));
        assertEquals(
                List.of(COMPLETED, FIXED),
                lifecycle.namesOf(delivery(6, "success", main + ",\"event\":\"pull_request\",\"ref\":\"refs/pull/3/head\"")));
    }

    private List<String> names(int number, String status, String branch) {
        return lifecycle.namesOf(delivery(number, status, "\"target\":\"" + branch + "\""));
    }

    private static Delivery delivery(int number, String status, String more) {
        byte[] body = ("{\"event\":\"build\",\"action\":\"updated\",\"repo\":{\"id\":1},\"build\":{\"number\":" + number + ",\"status\":\"" + status + "\","
                        + more + "},\"unique\":\"" + Math.random() + "\"}")
                .getBytes(StandardCharsets.UTF_8);
        return VERIFIER.verify(Signer.withSecret("the secret").sign(body).asMap(), body);
    }
}
