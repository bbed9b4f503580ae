package example;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dronewebhooks.SignedHeaders;
import io.github.dronewebhooks.Signer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;

@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {"DRONE_WEBHOOK_SECRET=the secret", "server.address=127.0.0.1"})
@ExtendWith(OutputCaptureExtension.class)
class ApplicationTest {
    private static final byte[] BODY =
            "{\"event\":\"build\",\"action\":\"updated\",\"repo\":{\"slug\":\"octo/demo\"},\"build\":{\"number\":7,\"status\":\"success\"}}"
                    .getBytes(StandardCharsets.UTF_8);

    @LocalServerPort
    private int port;

    @Test
    void aDeliveryIsAcceptedAndHandledAndAForgeryIsNot(CapturedOutput output) throws Exception {
        assertThat(send("/hook", "another secret").statusCode()).isEqualTo(401);
        assertThat(send("/hook", "the secret").statusCode()).isEqualTo(202);
        // Waits for the handler, which runs after the answer.
        org.awaitility.Awaitility.await().until(() -> output.getOut().contains("octo/demo #7: success"));
        assertThat(output).contains("refused: signature_mismatch");
        assertThat(send("/hook", "the secret").statusCode()).isIn(200, 202);
    }

    @Test
    void aControllerBehindTheFilterHasTheDeliveryAndTheBody() throws Exception {
        var answer = send("/filtered", "the secret");
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.body()).isEqualTo("build.updated, " + BODY.length + " bytes\n");
        assertThat(send("/filtered", "another secret").statusCode()).isEqualTo(401);
    }

    private HttpResponse<String> send(String path, String secret) throws Exception {
        SignedHeaders signed = Signer.withSecret(secret).sign(BODY);
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Content-Type", "application/json")
                .header("Date", signed.date())
                .header("Digest", signed.digest())
                .header("Signature", signed.signature())
                .header("X-Drone-Event", "build")
                .POST(HttpRequest.BodyPublishers.ofByteArray(BODY))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }
}
