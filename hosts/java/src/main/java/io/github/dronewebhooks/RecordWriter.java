package io.github.dronewebhooks;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Writes the records of hosts/ABI.md. Knows their types, and no record. */
final class RecordWriter {
    /** Stands for none, or for the default. */
    static final int NONE = -1;

    private static final VarHandle U32 = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle U64 = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    // U+FFFD, which is not ASCII: the '?' that Java would write for a lone surrogate is, and could pass for the sender's.
    private static final byte[] REPLACEMENT = {(byte) 0xef, (byte) 0xbf, (byte) 0xbd};

    private byte[] bytes;
    private int length;

    RecordWriter(int capacity) {
        bytes = new byte[capacity];
    }

    int length() {
        return length;
    }

    /** What was written, without a copy: only the first {@link #length()} bytes count. */
    byte[] buffer() {
        return bytes;
    }

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    RecordWriter u32(int value) {
        reserve(4);
        U32.set(bytes, length, value);
        length += 4;
        return this;
    }

    /** Writes over a number that was written before. */
    void putU32(int at, int value) {
        U32.set(bytes, at, value);
    }

    RecordWriter u64(long value) {
        reserve(8);
        U64.set(bytes, length, value);
        length += 8;
        return this;
    }

    RecordWriter raw(byte[] value) {
        return raw(value, value.length);
    }

    RecordWriter raw(byte[] value, int count) {
        reserve(count);
        System.arraycopy(value, 0, bytes, length, count);
        length += count;
        return this;
    }

    RecordWriter text(byte[] value) {
        return u32(value.length).raw(value);
    }

    /** Text as its UTF-8. Headers are ASCII but for forged ones, so that is tried first. */
    RecordWriter text(String value) {
        int count = value.length();
        reserve(4 + count);
        int start = length + 4;
        for (int at = 0; at < count; at++) {
            char unit = value.charAt(at);
            if (unit >= 0x80) {
                return text(utf8(value));
            }
            bytes[start + at] = (byte) unit;
        }
        U32.set(bytes, length, count);
        length = start + count;
        return this;
    }

    RecordWriter optionalText(String value) {
        return value == null ? u32(NONE) : text(value);
    }

    RecordWriter list(List<String> values) {
        if (values == null) {
            return u32(NONE);
        }
        u32(values.size());
        values.forEach(this::text);
        return this;
    }

    /** Wipes it, where it held a secret. */
    void wipe() {
        Arrays.fill(bytes, (byte) 0);
    }

    private void reserve(int count) {
        if (bytes.length - length >= count) {
            return;
        }
        byte[] smaller = bytes;
        bytes = Arrays.copyOf(smaller, Math.max(Math.addExact(length, count), Math.min(2 * (smaller.length + 1), 1 << 30)));
        Arrays.fill(smaller, (byte) 0);
    }

    private static byte[] utf8(String value) {
        var encoder = StandardCharsets.UTF_8.newEncoder();
        encoder.onMalformedInput(CodingErrorAction.REPLACE).replaceWith(REPLACEMENT);
        try {
            ByteBuffer encoded = encoder.encode(CharBuffer.wrap(value));
            byte[] exact = new byte[encoded.remaining()];
            encoded.get(exact);
            return exact;
        } catch (CharacterCodingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
