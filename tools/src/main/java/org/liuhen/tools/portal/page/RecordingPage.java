package org.liuhen.tools.portal.page;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.liuhen.retention.Proposal;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.Hold;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingState;

/**
 * One recording: its picture, its facts, how long it is kept, and everything that ever happened to it.
 *
 * @param now when the page was made: which holds are in force
 * @param custody in order
 * @param categories those the schedule knows, to choose from
 * @param proposal a shorter category that waits for a second person; null if none does
 * @param before the recording before this one in its first case; null if it is the first
 */
public record RecordingPage(
        Frame frame,
        Recording recording,
        Instant now,
        List<CustodyEvent> custody,
        List<String> categories,
        @Nullable Proposal proposal,
        @Nullable Recording before,
        @Nullable Recording after) {
    public RecordingPage {
        custody = List.copyOf(custody);
        categories = List.copyOf(categories);
    }

    public boolean isThere() {
        return recording.state() != RecordingState.DISPOSED;
    }

    public boolean isPlayable() {
        return isThere() && Boolean.TRUE.equals(recording.playable());
    }

    public boolean isInForce(Hold hold) {
        Instant until = hold.until();
        return until == null || now.isBefore(until);
    }

    /** The line that checks a downloaded copy with a tool that is not ours. */
    public String checkLine() {
        return "echo \"" + recording.fingerprint() + "  " + downloadName() + "\" | sha256sum -c";
    }

    /** A name under which the original can be saved: plain, whatever the device called it. */
    public String downloadName() {
        String name = recording.filename();
        int dot = name.lastIndexOf('.');
        String extension = dot < 0 ? "" : name.substring(dot);
        return recording.id() + (extension.matches("\\.[A-Za-z0-9]{1,8}") ? extension : "");
    }
}
