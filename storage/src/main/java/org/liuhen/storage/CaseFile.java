package org.liuhen.storage;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;

/**
 * What is known about a case itself. A case that nobody has closed is open, and an open case keeps its recordings.
 *
 * @param open whether recordings are still needed for it
 * @param since when that was decided, by {@code by}, because of {@code reason}
 */
public record CaseFile(@JsonProperty("case") CaseNumber number, boolean open, Instant since, Actor by, String reason) {}
