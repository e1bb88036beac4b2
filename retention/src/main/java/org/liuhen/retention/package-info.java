/**
 * How long recordings are kept, who decides, and how they go.
 *
 * <p>Start reading at {@link org.liuhen.retention.Schedule} (the policy, YAML; the built-in one is the resource {@code
 * retention-schedule.yaml}). {@link org.liuhen.retention.RetentionPlan} says what would go on a day and changes nothing;
 * {@link org.liuhen.retention.RetentionRun} announces, and after the grace period erases and certifies; {@link
 * org.liuhen.retention.RecordsDesk} is where people classify, hold and link. Every change is one commit, decided on a
 * current read and guarded by the recording's version, so any number of them may run at once, die and be repeated.
 */
@NullMarked
package org.liuhen.retention;

import org.jspecify.annotations.NullMarked;
