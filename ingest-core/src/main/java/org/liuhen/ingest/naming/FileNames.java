package org.liuhen.ingest.naming;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Names of files as bytes from old firmware: what they say, and what they may be called here. */
public final class FileNames {
    /** All of GBK and GB 2312, and the rest of Unicode. Source: GB 18030. */
    private static final Charset GB18030 = Charset.forName("GB18030");

    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("mp4", "video/mp4"),
            Map.entry("m4v", "video/mp4"),
            Map.entry("mov", "video/quicktime"),
            Map.entry("avi", "video/x-msvideo"),
            Map.entry("mkv", "video/x-matroska"),
            Map.entry("ts", "video/mp2t"),
            Map.entry("mts", "video/mp2t"),
            Map.entry("3gp", "video/3gpp"),
            Map.entry("h264", "video/h264"),
            Map.entry("h265", "video/h265"),
            Map.entry("wav", "audio/wav"),
            Map.entry("mp3", "audio/mpeg"),
            Map.entry("m4a", "audio/mp4"),
            Map.entry("aac", "audio/aac"),
            Map.entry("amr", "audio/amr"),
            Map.entry("jpg", "image/jpeg"),
            Map.entry("jpeg", "image/jpeg"),
            Map.entry("png", "image/png"));

    private FileNames() {}

    /**
     * A name as text: UTF-8 if it is that, GB 18030 if it is that; otherwise each byte that is not ASCII as {@code %XX},
     * so that two different names stay different.
     */
    public static String decode(byte[] name) {
        return decode(name, StandardCharsets.UTF_8);
    }

    /** The same, but {@code likely} is tried first: some names are text in either. */
    public static String decode(byte[] name, Charset likely) {
        for (Charset charset : new Charset[] {likely, StandardCharsets.UTF_8, GB18030}) {
            Optional<String> text = text(name, charset);
            if (text.isPresent()) {
                return text.get();
            }
        }
        StringBuilder text = new StringBuilder();
        for (byte one : name) {
            if (one >= 0) {
                text.append((char) one);
            } else {
                text.append(String.format(Locale.ROOT, "%%%02X", one & 0xff));
            }
        }
        return text.toString();
    }

    private static Optional<String> text(byte[] name, Charset charset) {
        try {
            return Optional.of(charset.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(name))
                    .toString());
        } catch (CharacterCodingException ignored) {
            return Optional.empty();
        }
    }

    /** Whether these bytes are text in GBK and in nothing else that is known here. */
    public static boolean isOnlyGbk(byte[] name) {
        return text(name, StandardCharsets.UTF_8).isEmpty()
                && text(name, GB18030).isPresent();
    }

    /** A name that a protocol handed on one character a byte. */
    public static String decode(String latin1) {
        return decode(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The media type that the ending of a name suggests; empty if it suggests none that matters here. */
    public static Optional<String> type(String name) {
        int dot = name.lastIndexOf('.');
        return dot < 0
                ? Optional.empty()
                : Optional.ofNullable(TYPES.get(name.substring(dot + 1).toLowerCase(Locale.ROOT)));
    }
}
