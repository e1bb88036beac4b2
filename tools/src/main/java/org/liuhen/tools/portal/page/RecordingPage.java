package org.liuhen.tools.portal.page;

import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.liuhen.retention.Proposal;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.Hold;
import org.liuhen.storage.Media;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingState;
import org.liuhen.tools.access.FootageDesk;

/**
 * One recording: its picture, its facts, how long it is kept, and everything that ever happened to it.
 *
 * @param now when the page was made: which holds are in force
 * @param attachments what is attached to its session
 * @param custody in order
 * @param categories those the schedule knows, to choose from
 * @param proposal a shorter category that waits for a second person; null if none does
 * @param before the recording before this one in its first case; null if it is the first
 */
public record RecordingPage(
        Frame frame,
        Recording recording,
        Instant now,
        List<Recording> attachments,
        List<CustodyEvent> custody,
        List<String> categories,
        @Nullable Proposal proposal,
        @Nullable Recording before,
        @Nullable Recording after) {
    private static final double ONE_PICTURE_SECONDS = 0.06;
    private static final Pattern PLAIN_NAME = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N}._-]{0,150}");

    public RecordingPage {
        attachments = List.copyOf(attachments);
        custody = List.copyOf(custody);
        categories = List.copyOf(categories);
    }

    public boolean isThere() {
        return recording.state() != RecordingState.DISPOSED;
    }

    public boolean isAttachment() {
        return recording.attachment() != null;
    }

    /** Whether there is something to play: also what was not looked at yet is made playable as it is watched. */
    public boolean isPlayable() {
        return isThere() && !isAttachment() && !Boolean.FALSE.equals(recording.playable());
    }

    /** Whether it is shown as a picture instead of played. */
    public boolean isStill() {
        return isPlayable() && FootageDesk.isStill(recording);
    }

    /** Whether its file is of more than the one picture that is shown. */
    public boolean hasFurtherPictures() {
        Media media = recording.media();
        return isStill() && media != null && media.durationSeconds() > ONE_PICTURE_SECONDS;
    }

    public boolean isInForce(Hold hold) {
        Instant until = hold.until();
        return until == null || now.isBefore(until);
    }

    /**
     * The line that checks a downloaded copy with a tool that is not ours. Names that a shell could take for more than a
     * name are not in it: whoever runs the line puts them in place of {@code FILE}.
     */
    public String checkLine() {
        String name = recording.filename();
        return PLAIN_NAME.matcher(name).matches()
                ? "echo \"" + recording.fingerprint() + "  " + name + "\" | sha256sum -c"
                : "echo \"" + recording.fingerprint() + "  FILE\" | sha256sum -c";
    }
}
