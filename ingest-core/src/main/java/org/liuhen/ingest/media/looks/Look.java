package org.liuhen.ingest.media.looks;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** One of the things that are made for looking at a recording. */
public enum Look {
    /** The copy for slow networks, of what is large. */
    LOW_COPY,
    /** Small pictures of the whole. */
    STORYBOARD,
    /** A still. */
    POSTER,
    /** How loud it is. */
    WAVEFORM,
    /** Where it is black, stands still or is silent. */
    FINDINGS,
    /** Where a clock runs in the pictures. */
    CLOCK;

    /** Everything. */
    public static final Set<Look> ALL = Collections.unmodifiableSet(EnumSet.allOf(Look.class));
}
