package io.github.dronewebhooks;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UnsupportedEncodingException;

/** A request whose body was read, and can be read once more. */
final class VerifiedRequest extends HttpServletRequestWrapper {
    private final BodyStream stream;
    private BufferedReader reader;

    VerifiedRequest(HttpServletRequest request, byte[] body) {
        super(request);
        stream = new BodyStream(body);
    }

    @Override
    public ServletInputStream getInputStream() {
        return stream;
    }

    @Override
    public BufferedReader getReader() throws UnsupportedEncodingException {
        if (reader == null) {
            // JSON is UTF-8, and so is what was signed; servlets would take Latin-1.
            String encoding = getCharacterEncoding() == null ? "UTF-8" : getCharacterEncoding();
            reader = new BufferedReader(new InputStreamReader(stream, encoding));
        }
        return reader;
    }

    private static final class BodyStream extends ServletInputStream {
        private final ByteArrayInputStream bytes;

        BodyStream(byte[] body) {
            bytes = new ByteArrayInputStream(body);
        }

        @Override
        public int read() {
            return bytes.read();
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            return bytes.read(into, offset, length);
        }

        @Override
        public int available() {
            return bytes.available();
        }

        @Override
        public boolean isFinished() {
            return bytes.available() == 0;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        /** All is here: tells so at once. */
        @Override
        public void setReadListener(ReadListener listener) {
            try {
                if (!isFinished()) {
                    listener.onDataAvailable();
                }
                if (isFinished()) {
                    listener.onAllDataRead();
                }
            } catch (IOException failure) {
                listener.onError(failure);
            }
        }
    }
}
