/** What people touch: the program and its parts. Start reading at {@code Main}. */
@NullMarked
package org.liuhen.tools;

import org.jspecify.annotations.NullMarked;
