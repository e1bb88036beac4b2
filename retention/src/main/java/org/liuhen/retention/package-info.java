/** The schedule as data, the plan as a pure function, and the run that carries it out. */
@NullMarked
package org.liuhen.retention;

import org.jspecify.annotations.NullMarked;
