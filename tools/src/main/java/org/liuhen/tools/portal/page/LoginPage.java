package org.liuhen.tools.portal.page;

import org.jspecify.annotations.Nullable;

/**
 * Asks for name and password.
 *
 * @param back where to go afterwards
 * @param wrong why the last attempt failed, in the reader's language; null if there was none
 */
public record LoginPage(
        Frame frame, String name, String back, @Nullable String wrong) {}
