package org.liuhen.tools.upkeep;

import java.time.Duration;
import org.liuhen.storage.InvalidField;

/**
 * How the scrubber goes about its work.
 *
 * @param mibPerSecond how much it reads at most; 0 for no scrubbing
 * @param every in which time each recording is checked at least once
 */
public record ScrubSettings(long mibPerSecond, Duration every) {
    /** Twenty MiB a second, every ninety days. */
    public static final ScrubSettings STANDARD = new ScrubSettings(20, Duration.ofDays(90));

    public ScrubSettings {
        if (mibPerSecond < 0) {
            throw new InvalidField("scrub.mibPerSecond", mibPerSecond + " (expected: 0 or more)");
        }
        if (every.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new InvalidField("scrub.every", every + " (expected: a second or more)");
        }
    }
}
