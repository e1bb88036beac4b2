package org.liuhen.retention;

import java.time.Instant;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Category;

/**
 * One person's wish to keep a recording shorter, waiting for a second person.
 *
 * @param category the shorter one
 * @param from the category the recording had; the proposal is void if it has another one by then
 */
public record Proposal(Category category, Category from, String reason, Actor by, Instant at) {}
