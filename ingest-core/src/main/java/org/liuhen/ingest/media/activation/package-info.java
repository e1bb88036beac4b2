/**
 * How the files of one activation of a body-worn camera join: what is missing between them, and what is recorded twice.
 * Start reading at {@link org.liuhen.ingest.media.activation.Activations}, which is pure; {@link
 * org.liuhen.ingest.media.activation.ActivationFindings} keeps the findings of the recordings in the catalog up to it.
 * Rooms reckon their gaps themselves ({@code ingest.room.GapFindings}).
 */
@NullMarked
package org.liuhen.ingest.media.activation;

import org.jspecify.annotations.NullMarked;
