@NullMarked
package org.liuhen.ingest.media.activation;

import org.jspecify.annotations.NullMarked;
