/** Rooms without cameras: what they would say is a script. */
@NullMarked
package org.liuhen.ingest.room;

import org.jspecify.annotations.NullMarked;
