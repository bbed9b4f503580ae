package installed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dronewebhooks.SignedHeaders;
import io.github.dronewebhooks.Signer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's programs, as somebody compiles and starts them who has the library from a repository. */
class ReadmeTest {
    private static final Path README = Path.of("../../README.md");

    @TempDir
    private Path folder;

    @Test
    void everyProgramCompilesWithoutAWarning() throws IOException {
        List<String> programs = programs();
        assertEquals(3, programs.size());
        for (String program : programs) {
            compile(program);
        }
    }

    @Test
    void theProgramThatVerifiesByHandPrintsWhatIsWritten() throws Exception {
        compile(program("ByHand"));
        Process process = start("ByHand", Map.of());
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor());
        List<String> blocks = blocks("");
        assertTrue(blocks.contains(printed), printed);
    }

    @Test
    void whoSendsHalfARequestKeepsNobodyElseWaitingForTheReceiver() throws Exception {
        withReceiver((port, process) -> {
            try (var slow = new Socket(InetAddress.getLoopbackAddress(), port)) {
                slow.getOutputStream().write("POST /hook HTTP/1.1\r\nHost".getBytes(StandardCharsets.UTF_8));
                assertEquals(202, send(port, "the secret"));
            }
        });
    }

    @Test
    void theReceiverAcceptsADeliveryAndRefusesAForgery() throws Exception {
        withReceiver((port, process) -> {
            assertEquals(401, send(port, "another secret"));
            assertEquals(202, send(port, "the secret"));
            var output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            assertEquals("octo/demo: success", output.readLine());
        });
    }

    private interface Visit {
        void of(int port, Process process) throws Exception;
    }

    /** Starts the receiver of the README, visits it, and ends it. */
    private void withReceiver(Visit visit) throws Exception {
        compile(program("Receiver"));
        int port = freePort();
        Process process = start("Receiver", Map.of("DRONE_WEBHOOK_SECRET", "the secret", "PORT", String.valueOf(port)));
        try {
            awaitPort(port, process);
            visit.of(port, process);
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    private static List<String> programs() throws IOException {
        return blocks("java");
    }

    private static String program(String name) throws IOException {
        return programs().stream().filter(each -> each.contains("public class " + name + " ")).findFirst().orElseThrow();
    }

    private static List<String> blocks(String language) throws IOException {
        var matcher = Pattern.compile("^```(\\w*)\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE).matcher(Files.readString(README));
        return matcher.results().filter(each -> each.group(1).equals(language)).map((MatchResult each) -> each.group(2)).toList();
    }

    private void compile(String program) throws IOException {
        var name = Pattern.compile("public class (\\w+)").matcher(program);
        assertTrue(name.find(), program);
        Path file = folder.resolve(name.group(1) + ".java");
        Files.writeString(file, program);
        String[] arguments = {"-d", folder.toString(), "-cp", System.getProperty("java.class.path"), "-Xlint:all,-serial,-processing,-path", "-Werror", file.toString()};
        assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments), Arrays.toString(arguments));
    }

    private Process start(String name, Map<String, String> environment) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classPath = folder + System.getProperty("path.separator") + System.getProperty("java.class.path");
        var builder = new ProcessBuilder(java, "-cp", classPath, name).redirectErrorStream(true);
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static int send(int port, String secret) throws IOException, InterruptedException {
        byte[] body = "{\"event\":\"build\",\"action\":\"updated\",\"repo\":{\"slug\":\"octo/demo\"},\"build\":{\"number\":7,\"status\":\"success\"}}"
                .getBytes(StandardCharsets.UTF_8);
        SignedHeaders signed = Signer.withSecret(secret).sign(body);
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/hook"))
                .timeout(Duration.ofSeconds(60))
                .header("Date", signed.date())
                .header("Digest", signed.digest())
                .header("Signature", signed.signature())
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void awaitPort(int port, Process process) throws IOException {
        while (process.isAlive()) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException notYet) {
                Thread.onSpinWait();
            }
        }
        throw new IOException(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }
}
