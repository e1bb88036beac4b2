package org.liuhen.device.sftp;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.liuhen.ingest.drop.DropEntry;

/** One answer, written from front to back into memory and then sent at once. */
final class SftpReply {
    static final int VERSION = 2;
    static final int STATUS = 101;
    static final int HANDLE = 102;
    static final int DATA = 103;
    static final int NAME = 104;
    static final int ATTRIBUTES = 105;
    static final int EXTENDED = 201;

    private static final int SIZE_PERMISSIONS_TIMES = 1 | 4 | 8;
    private static final int FOLDER_MODE = 0040700;
    private static final int FILE_MODE = 0100600;
    private static final int RECEIPT_MODE = 0100400;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("MMM dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    private interface Part {
        void write() throws IOException;
    }

    private SftpReply with(Part part) {
        try {
            part.write();
        } catch (IOException e) {
            throw new UncheckedIOException("memory: cannot be written", e);
        }
        return this;
    }

    SftpReply(int type) {
        with(() -> out.writeByte(type));
    }

    static SftpReply to(int request, int type) {
        return new SftpReply(type).number(request);
    }

    static SftpReply of(int request, SftpStatus status) {
        return to(request, STATUS).number(status.code()).text(status.message()).text("");
    }

    SftpReply number(int number) {
        return with(() -> out.writeInt(number));
    }

    SftpReply number(long number) {
        return with(() -> out.writeLong(number));
    }

    SftpReply text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return data(utf8, 0, utf8.length);
    }

    SftpReply data(byte[] data, int from, int count) {
        return with(() -> {
            out.writeInt(count);
            out.write(data, from, count);
        });
    }

    SftpReply attributes(DropEntry entry) {
        int seconds = (int) Math.max(0, Math.min(0xffff_ffffL, entry.modified().getEpochSecond()));
        return number(SIZE_PERMISSIONS_TIMES)
                .number(entry.sizeBytes())
                .number(mode(entry))
                .number(seconds)
                .number(seconds);
    }

    private static int mode(DropEntry entry) {
        return switch (entry.kind()) {
            case FOLDER -> FOLDER_MODE;
            case RECEIPT -> RECEIPT_MODE;
            case UNFINISHED, SEALED -> FILE_MODE;
        };
    }

    /** Names as a list shows them. */
    SftpReply names(List<DropEntry> entries) {
        number(entries.size());
        for (DropEntry entry : entries) {
            text(entry.path().name()).text(line(entry)).attributes(entry);
        }
        return this;
    }

    private static String line(DropEntry entry) {
        String mode =
                entry.isFolder() ? "drwx------" : entry.kind() == DropEntry.Kind.RECEIPT ? "-r--------" : "-rw-------";
        return String.format(
                Locale.ROOT,
                "%s 1 device device %10d %s %s",
                mode,
                entry.sizeBytes(),
                TIME.format(entry.modified()),
                entry.path().name());
    }

    void send(OutputStream to) throws IOException {
        DataOutputStream all = new DataOutputStream(to);
        all.writeInt(bytes.size());
        bytes.writeTo(all);
        all.flush();
    }
}
