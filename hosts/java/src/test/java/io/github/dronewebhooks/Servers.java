package io.github.dronewebhooks;

import com.sun.net.httpserver.HttpServer;
import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Executors;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** Real servers on loopback, on ports that the system gives. */
final class Servers {
    /** One that runs. */
    interface Running extends AutoCloseable {
        int port();

        @Override
        void close() throws IOException;
    }

    private interface Stop {
        void run() throws Exception;
    }

    private record Started(int port, Stop stop) implements Running {
        @Override
        public void close() throws IOException {
            try {
                stop.run();
            } catch (Exception failure) {
                throw new IOException(failure);
            }
        }
    }

    private Servers() {}

    /** Filters in their order and a servlet at {@code /hook}, in Jetty. */
    static Running jetty(Servlet servlet, Filter... filters) throws Exception {
        var server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        var context = new ServletContextHandler();
        for (Filter filter : filters) {
            var holder = new FilterHolder(filter);
            holder.setAsyncSupported(true);
            context.addFilter(holder, "/hook", null);
        }
        var holder = new ServletHolder(servlet);
        holder.setAsyncSupported(true);
        context.addServlet(holder, "/hook");
        server.setHandler(context);
        server.start();
        return new Started(((ServerConnector) server.getConnectors()[0]).getLocalPort(), server::stop);
    }

    /** The same in Tomcat, as Spring Boot embeds it. */
    static Running tomcat(Servlet servlet, Filter... filters) throws Exception {
        var tomcat = new Tomcat();
        tomcat.setBaseDir("target/tomcat");
        tomcat.getConnector().setPort(0);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        var context = tomcat.addContext("", null);
        for (Filter filter : filters) {
            var definition = new FilterDef();
            definition.setFilterName("filter " + context.findFilterDefs().length);
            definition.setFilter(filter);
            definition.setAsyncSupported("true");
            context.addFilterDef(definition);
            var map = new FilterMap();
            map.setFilterName(definition.getFilterName());
            map.addURLPattern("/hook");
            context.addFilterMap(map);
        }
        var wrapper = Tomcat.addServlet(context, "hook", servlet);
        wrapper.setAsyncSupported(true);
        context.addServletMappingDecoded("/hook", "hook");
        tomcat.start();
        return new Started(tomcat.getConnector().getLocalPort(), () -> {
            tomcat.stop();
            tomcat.destroy();
        });
    }

    /** The JDK's own. */
    static Running jdk(Webhooks webhooks) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var threads = Executors.newCachedThreadPool();
        server.setExecutor(threads);
        server.createContext("/hook", new DroneWebhookHttpHandler(webhooks));
        server.start();
        return new Started(server.getAddress().getPort(), () -> {
            server.stop(0);
            threads.shutdownNow();
        });
    }

    /** Webhooks in each of them, by name. */
    static Running start(String name, Webhooks webhooks) throws Exception {
        return switch (name) {
            case "jetty" -> jetty(new DroneWebhookServlet(webhooks));
            case "tomcat" -> tomcat(new DroneWebhookServlet(webhooks));
            case "jdk" -> jdk(webhooks);
            default -> throw new IllegalArgumentException(name);
        };
    }

    static final List<String> NAMES = List.of("jetty", "tomcat", "jdk");
}
