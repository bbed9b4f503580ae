package io.github.dronewebhooks;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.function.Executable;

/** What several tests make. */
final class Sample {
    private Sample() {}

    /** An update of a build with this number, about so many bytes long. */
    static byte[] body(int number, int length) {
        String text = "{\"event\":\"build\",\"action\":\"updated\",\"repo\":{\"id\":7,\"slug\":\"octo/demo\"},\"build\":{\"number\":" + number
                + ",\"status\":\"success\",\"target\":\"main\",\"message\":\"" + "m".repeat(Math.max(0, length - 150)) + "\"}}";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The code that this is refused with, or null. */
    static Code codeOf(Executable call) {
        try {
            call.execute();
            return null;
        } catch (WebhookVerificationException refusal) {
            return refusal.code();
        } catch (Throwable other) {
            throw new AssertionError(other);
        }
    }
}
