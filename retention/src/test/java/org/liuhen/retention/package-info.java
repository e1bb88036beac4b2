/** Tests of the schedule, the plan, the run and the desk. */
@NullMarked
package org.liuhen.retention;

import org.jspecify.annotations.NullMarked;
