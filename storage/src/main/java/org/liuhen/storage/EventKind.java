package org.liuhen.storage;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a custody event says happened. The labels are a stored format: add, never rename. */
public enum EventKind {
    RECEIVED,
    RECEIVED_AGAIN,
    REFUSED,
    MEDIA_READY,
    MEDIA_UNPLAYABLE,
    LINKED,
    UNLINKED,
    CLASSIFIED,
    CLASSIFICATION_PROPOSED,
    HELD,
    HOLD_RELEASED,
    VIEWED,
    DOWNLOADED,
    CLIP_CUT,
    EXPORTED,
    /** Further check values of the original were computed from bytes that were intact. */
    FINGERPRINTED,
    RECEIPT_ISSUED,
    CUSTODY_READ,
    VERIFIED,
    ROT_FOUND,
    DISPOSAL_ANNOUNCED,
    DISPOSAL_CANCELLED,
    /** From here on the bytes may be gone; {@link #DISPOSED} says that they are, and is the certificate. */
    DISPOSAL_DECIDED,
    DISPOSED,
    CASE_OPENED,
    CASE_CLOSED,
    DEVICE_ADDED,
    DEVICE_REVOKED,
    /** What the register says about a device: its label, its certificate, who wears it from when on. */
    DEVICE_CHANGED,
    /** A device was there, and told its clock and its state as far as its protocol can. */
    DOCKED,
    USER_ADDED,
    USER_DISABLED,
    TOKEN_CREATED,
    LOGGED_IN,
    LOGIN_FAILED,
    /** A body worn system told something about itself, its people, its cameras or what they recorded. */
    SYSTEM_REPORTED,
    RETENTION_RAN,
    STORE_REPAIRED,
    /** The log's checkpoints are signed with another key from here on; the details name both. */
    KEY_ROTATED,
    /** An authority said when a checkpoint existed. */
    TIMESTAMPED,
    /** An interrogation began; like the next ones it holds the session as it is then. */
    SESSION_OPENED,
    /** Somebody entered or left, or something happened that was marked. */
    SESSION_MARKED,
    /** Somebody said why a camera has a gap. */
    SESSION_GAP_EXPLAINED,
    SESSION_CLOSED,
    /** Something about a closed session is otherwise than its last manifest says: it has another one. */
    SESSION_RECOMPUTED,
    /** A camera that was being captured fell silent. */
    CAPTURE_BROKEN,
    /** A recording was found to lie beside a gap of its session, or not to any more. */
    GAPS_FOUND;

    /** The name on the wire and on disk, for example {@code received-again}. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @JsonCreator
    public static EventKind ofLabel(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
