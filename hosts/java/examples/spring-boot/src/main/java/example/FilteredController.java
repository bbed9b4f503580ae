package example;

import io.github.dronewebhooks.Delivery;
import io.github.dronewebhooks.DroneWebhookFilter;
import io.github.dronewebhooks.DroneWebhookVerifier;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** The other way: a controller that is only reached by what is authentic, for who stores deliveries before the answer. */
@RestController
public class FilteredController {
    @PostMapping("/filtered")
    ResponseEntity<String> receive(@RequestAttribute(DroneWebhookFilter.DELIVERY) Delivery delivery, @RequestBody byte[] body) {
        // Store it here, durably, under delivery.id().
        return ResponseEntity.accepted().body(delivery.event() + "." + delivery.action() + ", " + body.length + " bytes\n");
    }

    @Configuration
    static class Filters {
        @Bean
        FilterRegistrationBean<DroneWebhookFilter> filter(DroneWebhookVerifier verifier) {
            var registration = new FilterRegistrationBean<>(new DroneWebhookFilter(verifier));
            registration.addUrlPatterns("/filtered");
            // Before anything that reads bodies.
            registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
            return registration;
        }
    }
}
