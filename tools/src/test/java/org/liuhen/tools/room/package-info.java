/** Interrogation rooms as a whole: the real program, real cameras. */
@NullMarked
package org.liuhen.tools.room;

import org.jspecify.annotations.NullMarked;
