package org.liuhen.retention;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Why a recording whose period is over stays. */
public enum KeepReason {
    /** Somebody ordered it. */
    HOLD,
    /** It is linked to a case that nobody has closed. */
    OPEN_CASE,
    /** It is an attachment, and a recording of its session is kept. */
    SESSION,
    /** The schedule demands more today than when the recording was judged. */
    LONGER_RULE,
    /** Its disposal is announced, and the grace period is not over. */
    GRACE,
    /** Its disposal was announced before its period was over, which does not count. */
    ANNOUNCED_TOO_EARLY;

    /** The name on the wire, for example {@code open-case}. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
