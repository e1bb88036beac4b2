package org.liuhen.storage;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list. It may be short or even empty and still have a next one.
 *
 * @param next hand it back to go on; null at the end. Opaque, authenticated, and bound to the list it came from
 */
public record Page<T>(List<T> items, @Nullable String next) {
    public Page {
        items = List.copyOf(items);
    }
}
