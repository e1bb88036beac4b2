@NullMarked
package org.liuhen.ingest.media.signed;

import org.jspecify.annotations.NullMarked;
