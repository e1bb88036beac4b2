/** Uploads by tus 1.0.0 and by one plain POST. Source: tus.io, protocol 1.0.0. */
@NullMarked
package org.liuhen.device.tus;

import org.jspecify.annotations.NullMarked;
