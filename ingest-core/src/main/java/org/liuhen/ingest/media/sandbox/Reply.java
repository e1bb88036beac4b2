package org.liuhen.ingest.media.sandbox;

import org.jspecify.annotations.Nullable;

/**
 * What came of an order.
 *
 * @param answer JSON as the child said it; null if it said none
 * @param how a sentence for people on how it ended without; empty if it answered
 * @param complaints what it wrote to its standard error meanwhile, the beginning
 */
public record Reply(@Nullable String answer, String how, String complaints) {}
