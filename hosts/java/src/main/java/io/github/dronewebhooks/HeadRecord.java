package io.github.dronewebhooks;

import java.util.function.BiConsumer;

/** The record of a request's head: picks the lines with the names that the module wants, and judges nothing. */
final class HeadRecord {
    // Drone's three headers with their names take 290 bytes.
    private static final int USUAL_BYTES = 512;
    private static final int AT_COUNT = 12;

    private HeadRecord() {}

    /** The lines with these lower-case names; {@code complete} when they are all that were asked for. */
    static RecordWriter some(RequestHead head, long now, String[] names, boolean complete) {
        return write(new RecordWriter(USUAL_BYTES), head, now, names, complete);
    }

    /** All lines, for those who are not asked for names first. */
    static RecordWriter all(RecordWriter record, RequestHead head, long now) {
        return write(record, head, now, null, true);
    }

    private static RecordWriter write(RecordWriter record, RequestHead head, long now, String[] names, boolean complete) {
        int start = record.length();
        record.u64(now).u32(complete ? 1 : 0).u32(0).optionalText(head.method()).optionalText(head.target());
        int atTaken = record.length();
        record.u32(0);
        var lines = new Lines(record, names);
        head.forEach(lines);
        record.putU32(start + AT_COUNT, lines.count);
        record.putU32(atTaken, lines.taken);
        return record;
    }

    private static final class Lines implements BiConsumer<String, String> {
        private final RecordWriter record;
        private final String[] names;
        private int count;
        private int taken;

        private Lines(RecordWriter record, String[] names) {
            this.record = record;
            this.names = names;
        }

        @Override
        public void accept(String name, String value) {
            count++;
            if (names == null || isWanted(name)) {
                record.text(name).text(value);
                taken++;
            }
        }

        // Takes the Kelvin sign for a k as well; the module compares once more, and by ASCII.
        private boolean isWanted(String name) {
            for (String wanted : names) {
                if (wanted.length() == name.length() && wanted.equalsIgnoreCase(name)) {
                    return true;
                }
            }
            return false;
        }
    }
}
