package org.liuhen.tools.portal.page;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.liuhen.tools.evidence.Transmittal;

/** The transmittal list as it is printed and signed, in both languages at once. Stands alone: it loads nothing. */
public record TransmittalPage(Wording english, Wording chinese, Transmittal list) {
    /** A text in both languages. */
    public String both(String key) {
        return chinese.say(key) + " " + english.say(key);
    }

    /** What people call {@code label} of a family, in both languages. */
    public String name(String family, String label) {
        return bothOf(chinese.name(family, label), english.name(family, label));
    }

    public String category(String label) {
        return bothOf(chinese.category(label), english.category(label));
    }

    /** A time in the zone of the schedule. */
    public String time(@Nullable Instant at) {
        return at == null ? "–" : chinese.time(at);
    }

    /** The format as it was found, or else as it was declared. */
    public String format(Transmittal.Item item) {
        if (item.media() == null) {
            return item.contentType();
        }
        var video = item.media().video();
        var audio = item.media().audio();
        return item.media().container()
                + (video == null ? "" : " · " + video.codec())
                + (audio == null ? "" : " · " + audio.codec());
    }

    /** The address of something in the bag, from where this page lies. */
    public String address(String path) {
        return Link.encoded(path.substring("data/".length())).replace("%2F", "/");
    }

    /** The page for people beside a paper for programs. */
    public String page(String path) {
        return address(path).replaceFirst("\\.json$", ".html");
    }

    private static String bothOf(String chinese, String english) {
        return chinese.equals(english) ? english : chinese + " " + english;
    }
}
