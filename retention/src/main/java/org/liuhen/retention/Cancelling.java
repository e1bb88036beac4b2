package org.liuhen.retention;

import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingState;

/** Takes an announced disposal back. */
public final class Cancelling {
    private Cancelling() {}

    /** {@code next} as if its disposal had never been announced. */
    public static Recording restored(Recording next) {
        Boolean playable = next.playable();
        RecordingState before =
                playable == null ? RecordingState.STORED : playable ? RecordingState.READY : RecordingState.UNPLAYABLE;
        return next.withState(before).withRetention(next.retention().withAnnouncedAt(null));
    }
}
