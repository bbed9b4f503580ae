package example;

import io.github.dronewebhooks.DroneWebhookServlet;
import io.github.dronewebhooks.DroneWebhookVerifier;
import io.github.dronewebhooks.Webhooks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;

/** Tells of builds that have ended: {@code DRONE_WEBHOOK_SECRET=… mvn spring-boot:run}. */
@SpringBootApplication
public class Application {
    private static final Logger LOGGER = LoggerFactory.getLogger(Application.class);

    public static void main(String[] arguments) {
        SpringApplication.run(Application.class, arguments);
    }

    @Bean
    DroneWebhookVerifier verifier(@Value("${DRONE_WEBHOOK_SECRET}") String secret) {
        return DroneWebhookVerifier.builder().secret(secret).build();
    }

    /** Spring closes it at the end, which waits for what was accepted. */
    @Bean
    Webhooks webhooks(DroneWebhookVerifier verifier) {
        var webhooks = new Webhooks(verifier);
        webhooks.on("build.completed", delivery -> {
            var payload = delivery.payload();
            LOGGER.info("{} #{}: {}", payload.repo().slug(), payload.build().number(), payload.build().status());
        });
        webhooks.onRefused((refusal, request) -> LOGGER.warn("refused: {}, {}", refusal.code(), refusal.getMessage()));
        return webhooks;
    }

    @Bean
    ServletRegistrationBean<DroneWebhookServlet> hook(Webhooks webhooks) {
        return new ServletRegistrationBean<>(new DroneWebhookServlet(webhooks), "/hook");
    }
}
