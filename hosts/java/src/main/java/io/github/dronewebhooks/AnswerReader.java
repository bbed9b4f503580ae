package io.github.dronewebhooks;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads the answers of hosts/ABI.md, one field after another. */
final class AnswerReader {
    private final ByteBuffer bytes;

    AnswerReader(byte[] answer) {
        bytes = ByteBuffer.wrap(answer).order(ByteOrder.LITTLE_ENDIAN);
    }

    int u32() {
        return bytes.getInt();
    }

    long u64() {
        return bytes.getLong();
    }

    /** Text, or null for none. */
    String text() {
        int length = bytes.getInt();
        if (length == RecordWriter.NONE) {
            return null;
        }
        String text = new String(bytes.array(), bytes.position(), length, StandardCharsets.UTF_8);
        bytes.position(bytes.position() + length);
        return text;
    }
}
