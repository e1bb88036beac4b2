/**
 * Who may do what, and who looked at what. {@link org.liuhen.tools.access.Accounts} knows people, devices and what they
 * prove themselves with; {@link org.liuhen.tools.access.FootageDesk} hands out footage and writes down who looked. Both
 * are safe for many threads and block; call them on worker threads.
 */
@NullMarked
package org.liuhen.tools.access;

import org.jspecify.annotations.NullMarked;
