/**
 * The web pages: log in, find a case, look at its timeline, play a recording, read its custody, see how the machine is
 * doing. Start reading at {@link org.liuhen.tools.portal.Portal}, which lists the routes; what a page shows is a record
 * in {@link org.liuhen.tools.portal.page}. Pages are made on the server and work without scripts, except for playing.
 * All footage goes through {@link org.liuhen.tools.access.FootageDesk}, so that every look is an event; all changes are
 * forms that carry a {@link org.liuhen.tools.portal.FormTokens} token and end in a redirect. Safe for many threads; handlers block.
 */
@NullMarked
package org.liuhen.tools.portal;

import org.jspecify.annotations.NullMarked;
