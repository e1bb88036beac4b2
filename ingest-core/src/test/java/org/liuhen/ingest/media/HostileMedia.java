package org.liuhen.ingest.media;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Files that lie about themselves, to attack whatever reads them. Made here byte by byte; nobody's exploit is among them. */
final class HostileMedia {
    private static final int MANY = 100_000;

    private HostileMedia() {}

    /**
     * Liars of every kind, by a name to save them under.
     *
     * @param mp4 a sound recording, H.264
     * @param jpeg a sound still
     */
    static Map<String, byte[]> liars(byte[] mp4, byte[] jpeg) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put(
                "many-tracks.mp4", join(box("ftyp", ascii("isom\0\0\2\0isom")), box("moov", repeated(track(), MANY))));
        files.put("deep-boxes.mp4", join(box("ftyp", ascii("isom\0\0\2\0isom")), nested("moov", 20_000)));
        files.put("many-tracks.mkv", matroska(element(0x1654AE6BL, repeated(trackEntry(), MANY))));
        files.put("deep-elements.mkv", matroska(nestedTags(10_000)));
        files.put("seek-loop.mkv", matroska(seekToItself(), element(0x1654AE6BL, trackEntry()), cuesToItself()));
        files.put("many-streams.ts", transportStreams(40, 200));
        files.put("huge-picture.mjpeg", repeated(sized(jpeg, 30_000, 30_000), 3));
        files.put("no-times.mp4", filled(mp4, "stts", 8, 0));
        files.put("negative-times.mp4", filled(mp4, "stts", 12, 0xffffffff));
        files.put("endless-times.mp4", filled(mp4, "stts", 4, 0x7fffffff));
        files.put("endless-samples.mp4", filled(mp4, "stsz", 8, 0x7fffffff));
        files.put("endless-chunks.mp4", filled(mp4, "stco", 4, 0x7fffffff));
        files.put("chunks-nowhere.mp4", filled(mp4, "stco", 8, 0xfffffff0));
        files.put("no-clock.mp4", filled(mp4, "mdhd", 12, 0));
        files.put("no-movie-clock.mp4", filled(mp4, "mvhd", 12, 0));
        files.put("endless-edits.mp4", edits(mp4));
        files.put("negative-size.mp4", filled(mp4, "stsd", -8, 0xffffffff));
        files.put("tiny-size.mp4", filled(mp4, "mdia", -8, 1));
        files.put("huge-frame.mp4", filled(mp4, "avc1", 24, (30_000 << 16) | 30_000));
        return files;
    }

    /**
     * Files that name others.
     *
     * @param canary a file that nobody must read
     * @param url an address that nobody must ask
     */
    static Map<String, byte[]> pointers(byte[] mp4, Path canary, String url) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        int number = 0;
        for (String target : new String[] {
            url + "/x.ts",
            canary.toString(),
            "file://" + canary,
            "/etc/passwd",
            "file:///etc/passwd",
            "data:text/plain;base64,c2VjcmV0",
            "concat:" + canary + "|" + canary,
            "subfile,,start,0,end,9,,:" + canary,
            "crypto+file:" + canary
        }) {
            number++;
            String playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXT-X-KEY:METHOD=AES-128,URI=\"" + target
                    + "\"\n#EXTINF:5,\n" + target + "\n#EXT-X-ENDLIST\n";
            files.put("list-" + number + ".m3u8", utf8(playlist));
            files.put("list-" + number + ".mp4", utf8(playlist));
            files.put("script-" + number + ".ffconcat", utf8("ffconcat version 1.0\nfile '" + target + "'\n"));
            files.put(
                    "dash-" + number + ".mpd",
                    utf8("<?xml version=\"1.0\"?>\n<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\"><Period><AdaptationSet>"
                            + "<Representation id=\"1\"><BaseURL>" + target
                            + "</BaseURL></Representation></AdaptationSet></Period></MPD>\n"));
            files.put("reference-" + number + ".mp4", withReference(mp4, target));
            files.put("reference-" + number + ".mov", referenceMovie(target));
        }
        files.put(
                "session.sdp",
                utf8("v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 9 RTP/AVP 96\n"));
        files.put("images%03d.jpg", utf8("images%03d.jpg"));
        files.put("play.asx", utf8("<asx version=\"3.0\"><entry><ref href=\"" + url + "/x.asf\"/></entry></asx>"));
        files.put("play.ram", utf8(url + "/x.rm\n"));
        files.put("linked.mkv", matroska(linkedSegment(), element(0x1654AE6BL, trackEntry())));
        return files;
    }

    /** The same recording whose samples are said to lie in another file (QuickTime's alias). */
    private static byte[] withReference(byte[] mp4, String target) {
        int at = find(mp4, "dref");
        byte[] name = utf8(target);
        ByteBuffer alias = ByteBuffer.allocate(150 + 4 + name.length + (name.length & 1) + 4);
        alias.position(10);
        alias.put((byte) 1).put((byte) '/');
        alias.position(10 + 28 + 12);
        alias.put((byte) Math.min(63, name.length)).put(name, 0, Math.min(63, name.length));
        alias.position(10 + 28 + 12 + 64 + 16);
        alias.putShort((short) 1).putShort((short) 1);
        alias.position(150);
        alias.putShort((short) 2).putShort((short) name.length).put(name);
        alias.position(alias.capacity() - 4);
        alias.putShort((short) -1);
        byte[] entry = box("alis", join(new byte[4], alias.array()));
        byte[] dref = box("dref", join(new byte[4], new byte[] {0, 0, 0, 1}, entry));
        return replaced(mp4, at - 4, ByteBuffer.wrap(mp4).getInt(at - 4), dref);
    }

    private static byte[] referenceMovie(String target) {
        byte[] address = join(new byte[4], ascii("url "), new byte[] {0, 0, 0, (byte) target.length()}, utf8(target));
        return join(
                box("ftyp", ascii("qt  \0\0\0\0qt  ")), box("moov", box("rmra", box("rmda", box("rdrf", address)))));
    }

    /** Puts a box in the place of another and makes those around it as long as they are now. */
    private static byte[] replaced(byte[] mp4, int at, int length, byte[] box) {
        byte[] out = join(Arrays.copyOf(mp4, at), box, Arrays.copyOfRange(mp4, at + length, mp4.length));
        ByteBuffer sizes = ByteBuffer.wrap(out);
        for (String around : new String[] {"moov", "trak", "mdia", "minf", "dinf"}) {
            int place = last(mp4, around, at) - 4;
            sizes.putInt(place, sizes.getInt(place) + box.length - length);
        }
        return out;
    }

    private static byte[] edits(byte[] mp4) {
        byte[] out = mp4.clone();
        int at = find(out, "edts");
        if (at < 0) {
            return filled(mp4, "tkhd", 24, 0x7fffffff);
        }
        return filled(filled(mp4, "elst", 8, 0x7fffffff), "elst", 4, 0x7fffffff);
    }

    /** Overwrites four bytes, counted from the end of the name of the first box of a type. */
    private static byte[] filled(byte[] mp4, String type, int offset, int value) {
        byte[] out = mp4.clone();
        ByteBuffer.wrap(out).putInt(find(out, type) + 4 + offset, value);
        return out;
    }

    /** Where the name of the first box of a type is; -1 if there is none. */
    private static int find(byte[] bytes, String type) {
        return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(type);
    }

    private static int last(byte[] bytes, String type, int before) {
        return new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf(type, before);
    }

    private static byte[] track() {
        byte[] handler = box("hdlr", join(new byte[8], ascii("vide"), new byte[13]));
        byte[] header = box(
                "mdhd", new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, (byte) 0xe8, 0, 0, 3, 0, 0, 0, 0, 0});
        return box("trak", box("mdia", join(header, handler)));
    }

    static byte[] box(String type, byte[] content) {
        return join(ByteBuffer.allocate(4).putInt(content.length + 8).array(), ascii(type), content);
    }

    private static byte[] nested(String type, int depth) {
        ByteBuffer all = ByteBuffer.allocate(8 * depth);
        for (int i = depth; i > 0; i--) {
            all.putInt(8 * i).put(ascii(type));
        }
        return all.array();
    }

    private static byte[] matroska(byte[]... inSegment) throws IOException {
        byte[] head = element(
                0x1A45DFA3L,
                join(element(0x4282, ascii("matroska")), element(0x4287, new byte[] {4}), element(0x4285, new byte[] {2
                })));
        return join(head, element(0x18538067L, join(inSegment)));
    }

    private static byte[] trackEntry() throws IOException {
        return element(
                0xAE,
                join(
                        element(0xD7, new byte[] {1}),
                        element(0x73C5, new byte[] {1}),
                        element(0x83, new byte[] {1}),
                        element(0x86, ascii("V_MJPEG")),
                        element(0xE0, join(element(0xB0, new byte[] {1, 0}), element(0xBA, new byte[] {1, 0})))));
    }

    private static byte[] seekToItself() throws IOException {
        byte[] seek = element(
                0x4DBB, join(element(0x53AB, new byte[] {0x11, 0x4D, (byte) 0x9B, 0x74}), element(0x53AC, new byte[] {0
                })));
        byte[] cues = element(
                0x4DBB, join(element(0x53AB, new byte[] {0x1C, 0x53, (byte) 0xBB, 0x6B}), element(0x53AC, new byte[] {0
                })));
        return element(0x114D9B74L, repeated(join(seek, cues), 1000));
    }

    private static byte[] cuesToItself() throws IOException {
        byte[] positions = element(0xB7, join(element(0xF7, new byte[] {1}), element(0xF1, new byte[] {0})));
        return element(0x1C53BB6BL, repeated(element(0xBB, join(element(0xB3, new byte[] {0}), positions)), 1000));
    }

    private static byte[] linkedSegment() throws IOException {
        byte[] other = new byte[16];
        return element(
                0x1549A966L,
                join(
                        element(0x3CB923, other),
                        element(0x3C83AB, utf8("/etc/passwd")),
                        element(0x3EB923, other),
                        element(0x3E83BB, utf8("/etc/passwd"))));
    }

    private static byte[] nestedTags(int depth) throws IOException {
        byte[] inner = new byte[0];
        for (int i = 0; i < depth; i++) {
            inner = join(new byte[] {0x67, (byte) 0xC8}, length(inner.length), inner);
            if (inner.length > 1 << 20) {
                break;
            }
        }
        return element(0x1254C367L, element(0x7373, inner));
    }

    private static byte[] element(long id, byte[] content) {
        ByteBuffer name = ByteBuffer.allocate(8).putLong(id);
        int skip = Long.numberOfLeadingZeros(id) / 8;
        return join(Arrays.copyOfRange(name.array(), skip, 8), length(content.length), content);
    }

    private static byte[] length(int bytes) {
        return ByteBuffer.allocate(8).putLong(0x0100000000000000L | bytes).array();
    }

    /** A transport stream of so many programs with so many streams each. */
    private static byte[] transportStreams(int programs, int streams) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer table = ByteBuffer.allocate(4 * programs);
        for (int i = 0; i < programs; i++) {
            table.putShort((short) (i + 1)).putShort((short) (0xe000 | (0x20 + i)));
        }
        sections(out, 0, section(0, 1, table.array()));
        for (int i = 0; i < programs; i++) {
            ByteBuffer map = ByteBuffer.allocate(4 + 5 * streams);
            map.putShort((short) 0xe100).putShort((short) 0xf000);
            for (int j = 0; j < streams; j++) {
                map.put((byte) 0x1b)
                        .putShort((short) (0xe000 | (0x100 + (i * streams + j) % 0x1e00)))
                        .putShort((short) 0xf000);
            }
            sections(out, 0x20 + i, section(2, i + 1, map.array()));
        }
        return repeated(out.toByteArray(), 20);
    }

    private static byte[] section(int table, int number, byte[] content) {
        ByteBuffer section = ByteBuffer.allocate(8 + content.length + 4);
        section.put((byte) table)
                .putShort((short) (0xb000 | (content.length + 9)))
                .putShort((short) number);
        section.put((byte) 0xc1).put((byte) 0).put((byte) 0).put(content);
        int crc = 0xffffffff;
        for (int i = 0; i < section.position(); i++) {
            crc ^= section.get(i) << 24;
            for (int bit = 0; bit < 8; bit++) {
                crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
            }
        }
        return section.putInt(crc).array();
    }

    private static void sections(ByteArrayOutputStream out, int pid, byte[] section) throws IOException {
        byte[] all = join(new byte[] {0}, section);
        for (int at = 0, count = 0; at < all.length; at += 184, count++) {
            byte[] packet = new byte[188];
            Arrays.fill(packet, (byte) 0xff);
            packet[0] = 0x47;
            packet[1] = (byte) ((at == 0 ? 0x40 : 0) | (pid >> 8));
            packet[2] = (byte) pid;
            packet[3] = (byte) (0x10 | (count & 15));
            System.arraycopy(all, at, packet, 4, Math.min(184, all.length - at));
            out.write(packet);
        }
    }

    /** A JPEG still that says it is of another size. */
    private static byte[] sized(byte[] jpeg, int width, int height) {
        byte[] out = jpeg.clone();
        for (int i = 0; i + 9 < out.length; i++) {
            if (out[i] == (byte) 0xff && out[i + 1] == (byte) 0xc0) {
                ByteBuffer.wrap(out).putShort(i + 5, (short) height).putShort(i + 7, (short) width);
                return out;
            }
        }
        throw new IllegalArgumentException("jpeg: has no frame header");
    }

    static byte[] repeated(byte[] bytes, int times) {
        byte[] out = new byte[bytes.length * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(bytes, 0, out, i * bytes.length, bytes.length);
        }
        return out;
    }

    static byte[] join(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer out = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            out.put(part);
        }
        return out.array();
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
