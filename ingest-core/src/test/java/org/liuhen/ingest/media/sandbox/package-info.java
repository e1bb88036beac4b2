/** Tests of what children may reach. */
@NullMarked
package org.liuhen.ingest.media.sandbox;

import org.jspecify.annotations.NullMarked;
