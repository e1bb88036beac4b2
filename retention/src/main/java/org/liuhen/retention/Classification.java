package org.liuhen.retention;

import org.liuhen.storage.Category;

/**
 * What became of a wish to classify.
 *
 * @param category the one asked for
 */
public record Classification(Category category, Step step) {
    /** How far it is. */
    public enum Step {
        /** It has this category now. */
        APPLIED,
        /** It would be kept shorter, which takes effect when a second person asks for the same. */
        PROPOSED,
        /** It had this category and this period already. */
        UNCHANGED
    }
}
