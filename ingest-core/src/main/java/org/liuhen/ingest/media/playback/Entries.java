package org.liuhen.ingest.media.playback;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.liuhen.storage.Media;

/**
 * Reading sample entries ({@code stsd}) of what every browser plays: H.264 of eight bits and 4:2:0, and AAC of one or two
 * channels. They are written anew: nothing but codec, shape and colour of them reaches a player.
 */
final class Entries {
    /** FFmpeg's name of it. */
    static final String H265 = "hevc";
    /** Of {@code hvcC}, before the parameters. Source: ISO/IEC 14496-15 §8.3.3.1. */
    static final int H265_HEAD_BYTES = 23;
    /** Where in it the length of lengths stands. */
    static final int H265_LENGTHS_AT = 21;

    private static final int PICTURE_HEAD_BYTES = 78;
    private static final int SOUND_HEAD_BYTES = 28;
    private static final int MOST_CONFIGURATION_BYTES = 4096;
    private static final int BASELINE = 66;
    private static final int MAIN = 77;
    private static final int HIGH = 100;
    private static final int[] RATES = {
        96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350
    };

    private Entries() {}

    /** @param table what {@code stsd} holds */
    static Track.Entry read(ByteBuffer table, boolean ofPictures) throws NotIndexed {
        ByteBuffer in = table.duplicate();
        Boxes.versionAndFlags(in);
        int entries = Boxes.need(in, 4).getInt();
        if (entries != 1) {
            throw new NotIndexed("stsd: " + entries + " entries (expected: 1)");
        }
        String wanted = ofPictures ? "avc1" : "mp4a";
        ByteBuffer entry = Boxes.first(in, wanted)
                .orElseThrow(() -> new NotIndexed("stsd: no " + wanted + ", which is what browsers play"));
        return ofPictures ? pictures(entry) : sound(entry);
    }

    /** The same, and H.265 too: nobody plays it as it is, but another file of the same camera can be read by it. */
    static Track.Entry asRecorded(ByteBuffer table, boolean ofPictures) throws NotIndexed {
        ByteBuffer in = table.duplicate();
        Boxes.versionAndFlags(in);
        Boxes.need(in, 4).getInt();
        for (String name : ofPictures ? List.of("hvc1", "hev1") : List.<String>of()) {
            Optional<ByteBuffer> entry = Boxes.first(in, name);
            if (entry.isPresent()) {
                Boxes.need(entry.get(), PICTURE_HEAD_BYTES);
                int width = Short.toUnsignedInt(entry.get().getShort(24));
                int height = Short.toUnsignedInt(entry.get().getShort(26));
                ByteBuffer inside =
                        entry.get().slice(PICTURE_HEAD_BYTES, entry.get().limit() - PICTURE_HEAD_BYTES);
                byte[] configuration = Boxes.bytes(Boxes.required(inside, "hvcC"));
                if (configuration.length < H265_HEAD_BYTES
                        || configuration.length > MOST_CONFIGURATION_BYTES
                        || (configuration[H265_LENGTHS_AT] & 3) == 2) {
                    throw new NotIndexed("hvcC: " + configuration.length + " bytes");
                }
                return h265(name, configuration, width, height);
            }
        }
        return read(table, ofPictures);
    }

    static Track.Entry h265(String name, byte[] configuration, int width, int height) {
        BoxWriter out = new BoxWriter();
        head(out, name, width, height);
        out.begin("hvcC").bytes(configuration).end();
        int unitLengthBytes = (configuration[H265_LENGTHS_AT] & 3) + 1;
        return new Track.Entry(out.end().toBytes(), unitLengthBytes, new Media.Video(H265, width, height, 0), null);
    }

    /** Begins an entry of pictures, up to what is in it. */
    static void head(BoxWriter out, String name, int width, int height) {
        out.begin(name).zeros(6).u16(1).zeros(16).u16(width).u16(height);
        out.u32(0x00480000).u32(0x00480000).zeros(4).u16(1).zeros(32).u16(24).u16(0xffff);
    }

    private static Track.Entry pictures(ByteBuffer entry) throws NotIndexed {
        Boxes.need(entry, PICTURE_HEAD_BYTES);
        int width = Short.toUnsignedInt(entry.getShort(24));
        int height = Short.toUnsignedInt(entry.getShort(26));
        ByteBuffer inside = entry.slice(PICTURE_HEAD_BYTES, entry.limit() - PICTURE_HEAD_BYTES);
        byte[] configuration = Boxes.bytes(Boxes.required(inside, "avcC"));
        check(configuration, width, height);
        BoxWriter out = new BoxWriter();
        head(out, "avc1", width, height);
        out.begin("avcC").bytes(configuration).end();
        Optional<ByteBuffer> shape = Boxes.first(inside, "pasp");
        if (shape.isPresent() && shape.get().remaining() == 8) {
            out.begin("pasp").bytes(Boxes.bytes(shape.get())).end();
        }
        Optional<ByteBuffer> colour = Boxes.first(inside, "colr");
        if (colour.isPresent() && colour.get().remaining() == 11 && colour.get().getInt(0) == Boxes.type("nclx")) {
            out.begin("colr").bytes(Boxes.bytes(colour.get())).end();
        }
        int unitLengthBytes = (configuration[4] & 3) + 1;
        return new Track.Entry(out.end().toBytes(), unitLengthBytes, new Media.Video("h264", width, height, 0), null);
    }

    /** Source: ISO/IEC 14496-15 §5.3.3. */
    private static void check(byte[] configuration, int width, int height) throws NotIndexed {
        boolean whole = configuration.length >= 8
                && configuration.length <= MOST_CONFIGURATION_BYTES
                && configuration[0] == 1
                && (configuration[5] & 0x1f) > 0;
        int profile = whole ? Byte.toUnsignedInt(configuration[1]) : -1;
        if (profile != BASELINE && profile != MAIN && profile != HIGH) {
            throw new NotIndexed("avcC: profile " + profile + " (expected: baseline, main or high)");
        }
        if ((configuration[4] & 3) == 2 || width == 0 || height == 0) {
            throw new NotIndexed("avc1: " + width + "x" + height);
        }
    }

    private static Track.Entry sound(ByteBuffer entry) throws NotIndexed {
        Boxes.need(entry, SOUND_HEAD_BYTES);
        int version = Short.toUnsignedInt(entry.getShort(8));
        int head = SOUND_HEAD_BYTES + (version == 1 ? 16 : version == 2 ? 36 : 0);
        Boxes.need(entry, head);
        ByteBuffer inside = entry.slice(head, entry.limit() - head);
        Optional<ByteBuffer> wave = Boxes.first(inside, "wave");
        ByteBuffer described = Boxes.required(wave.isPresent() ? wave.get() : inside, "esds");
        byte[] esds = Boxes.bytes(described);
        if (esds.length > MOST_CONFIGURATION_BYTES) {
            throw new NotIndexed("esds: " + esds.length + " bytes");
        }
        Media.Audio audio = audio(configuration(described));
        BoxWriter out = new BoxWriter();
        out.begin("mp4a").zeros(6).u16(1).zeros(8).u16(audio.channels()).u16(16).zeros(4);
        out.u32((audio.sampleRate() > 0xffff ? 0 : audio.sampleRate()) << 16);
        out.begin("esds").bytes(esds).end();
        return new Track.Entry(out.end().toBytes(), 0, null, audio);
    }

    /** The decoder's configuration out of an elementary stream descriptor. Source: ISO/IEC 14496-1 §7.2.6. */
    private static ByteBuffer configuration(ByteBuffer esds) throws NotIndexed {
        ByteBuffer in = esds.duplicate();
        Boxes.versionAndFlags(in);
        descriptor(in, 3);
        Boxes.need(in, 3).getShort();
        int flags = in.get();
        if ((flags & 0xe0) != 0) {
            throw new NotIndexed("esds: depends on other streams");
        }
        descriptor(in, 4);
        int kind = Byte.toUnsignedInt(Boxes.need(in, 13).get());
        if (kind != 0x40) {
            throw new NotIndexed("esds: kind of sound " + kind + " (expected: AAC)");
        }
        in.position(in.position() + 12);
        int length = descriptor(in, 5);
        return in.slice(in.position(), length);
    }

    /** Takes the head of a descriptor and returns the length of what follows, which is all there. */
    private static int descriptor(ByteBuffer in, int tag) throws NotIndexed {
        int found = Boxes.need(in, 1).get();
        int length = 0;
        int more;
        int bytes = 0;
        do {
            more = Boxes.need(in, 1).get();
            length = (length << 7) | (more & 0x7f);
            bytes++;
        } while ((more & 0x80) != 0 && bytes < 4);
        if (found != tag || length > in.remaining()) {
            throw new NotIndexed("esds: descriptor " + found + " of " + length + " bytes (expected: " + tag + ")");
        }
        return length;
    }

    /** Source: ISO/IEC 14496-3 §1.6.2.1, AudioSpecificConfig. */
    private static Media.Audio audio(ByteBuffer configuration) throws NotIndexed {
        byte[] padded = Arrays.copyOf(Boxes.bytes(configuration), Math.max(16, configuration.remaining()));
        int[] at = {0};
        int kind = bits(padded, at, 5);
        int rate = rate(padded, at);
        int channels = bits(padded, at, 4);
        if (kind == 5 || kind == 29) {
            rate = rate(padded, at);
            kind = bits(padded, at, 5);
        }
        if (configuration.remaining() < 2 || kind != 2 || channels < 1 || channels > 2 || rate < 1) {
            throw new NotIndexed("AAC: kind " + kind + ", " + channels + " channels, " + rate + " Hz");
        }
        return new Media.Audio("aac", rate, channels);
    }

    private static int rate(byte[] bytes, int[] at) throws NotIndexed {
        int index = bits(bytes, at, 4);
        if (index == 15) {
            return bits(bytes, at, 24);
        }
        if (index >= RATES.length) {
            throw new NotIndexed("AAC: sample rate number " + index);
        }
        return RATES[index];
    }

    private static int bits(byte[] bytes, int[] at, int count) {
        int value = 0;
        for (int i = 0; i < count; i++, at[0]++) {
            value = (value << 1) | ((bytes[at[0] >> 3] >> (7 - (at[0] & 7))) & 1);
        }
        return value;
    }
}
