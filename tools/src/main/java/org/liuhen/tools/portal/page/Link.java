package org.liuhen.tools.portal.page;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.SessionId;

/** Addresses of pages and footage. What comes from outside is percent-encoded, so an address is always one of ours. */
public final class Link {
    /** What survives as one segment of a path whatever stands between browser and server. */
    private static final Pattern PLAIN_SEGMENT = Pattern.compile("(?!\\.{1,2}$)[^/\\\\%?#;]+");

    private Link() {}

    /** The page of a case. Numbers that cannot be a segment of a path go into the query. */
    public static String caseFile(CaseNumber number) {
        return PLAIN_SEGMENT.matcher(number.value()).matches()
                ? "/cases/" + encoded(number.value())
                : "/cases?number=" + encoded(number.value());
    }

    /** An address with one more query parameter. */
    public static String with(String address, String parameter, String value) {
        return address + (address.contains("?") ? "&" : "?") + parameter + "=" + encoded(value);
    }

    public static String recording(RecordingId id) {
        return "/recordings/" + id;
    }

    /** The page of an interrogation session. */
    public static String session(SessionId id) {
        return "/sessions/" + encoded(id.value());
    }

    /** What the API answers about a recording, for example {@code original}. */
    public static String footage(RecordingId id, String part) {
        return "/api/v1/recordings/" + id + "/" + part;
    }

    /** Percent-encodes a part of a path or query. */
    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /**
     * Where to go after a form: {@code path} if it is one on this server, the first page otherwise.
     *
     * @param path as a browser sent it, so anything
     */
    public static String home(String path) {
        return isOurs(path) ? path : "/";
    }

    private static boolean isOurs(String path) {
        return path.startsWith("/")
                && !path.startsWith("//")
                && path.length() <= 2000
                && path.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '\\');
    }
}
