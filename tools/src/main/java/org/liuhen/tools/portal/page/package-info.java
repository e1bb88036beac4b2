/**
 * What a page shows: one record per page, which its template in {@code src/main/jte} turns into HTML, and what they share: words, times and
 * sizes as people write them, addresses, the drawing of a case's timeline. Start reading at {@link
 * org.liuhen.tools.portal.page.Frame}. Everything here is immutable; nothing here reads the catalog. The templates are compiled into this package when the project is
 * built, and escape every value by where it stands in the page.
 */
@NullMarked
package org.liuhen.tools.portal.page;

import org.jspecify.annotations.NullMarked;
