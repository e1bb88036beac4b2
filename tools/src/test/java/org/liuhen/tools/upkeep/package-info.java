/** Tests of looking after the store. */
@NullMarked
package org.liuhen.tools.upkeep;

import org.jspecify.annotations.NullMarked;
