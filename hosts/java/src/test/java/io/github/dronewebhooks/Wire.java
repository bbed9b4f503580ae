package io.github.dronewebhooks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** HTTP/1.1 by hand, so that a request can be sent in part, or be one that no client would send. */
final class Wire implements AutoCloseable {
    private final Socket socket;

    /** What came back; names in lower case, without the date. */
    record Answer(int status, Map<String, String> headers, String text) {}

    Wire(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(30_000);
    }

    /** One request and its answer. */
    static Answer exchange(int port, String head, byte[] body) throws IOException {
        try (var wire = new Wire(port)) {
            wire.send(head + "\r\n\r\n");
            wire.send(body);
            return wire.answer();
        }
    }

    /** A delivery as Drone sends it, signed with this secret; {@code extra} are lines of their own. */
    static String head(String path, String secret, byte[] body, String... extra) {
        SignedHeaders signed = Signer.withSecret(secret).sign(body);
        var lines = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: Go-http-client/1.1\r\nContent-Type: application/json\r\nDate: "
                + signed.date() + "\r\nDigest: " + signed.digest() + "\r\nSignature: " + signed.signature());
        for (String line : extra) {
            lines.append("\r\n").append(line);
        }
        return lines.toString();
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    Answer answer() throws IOException {
        InputStream in = socket.getInputStream();
        String[] lines = head(in).split("\r\n");
        var headers = new TreeMap<String, String>();
        for (int line = 1; line < lines.length; line++) {
            String[] pair = lines[line].split(": *", 2);
            headers.put(pair[0].toLowerCase(java.util.Locale.ROOT), pair[1]);
        }
        headers.remove("date");
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        String text = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        return new Answer(Integer.parseInt(lines[0].split(" ")[1]), headers, text);
    }

    /** Whether the server ends the connection now. */
    boolean isClosed() throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    private static String head(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the connection was closed after " + head);
            }
            head.write(next);
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
