package org.liuhen.storage;

import java.time.LocalDate;

/**
 * Where the vault keeps an original.
 *
 * @param day the day of receipt in UTC
 */
public record OriginalKey(LocalDate day, RecordingId id) {}
