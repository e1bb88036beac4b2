package org.liuhen.ingest.media.clip;

/** Says what about a wanted clip cannot be done, and what would be accepted. */
public final class InvalidClip extends IllegalArgumentException {
    public InvalidClip(String problem) {
        super(problem);
    }
}
