/**
 * A camera's memory mounted as a folder: what lies there, and what it says about itself. Start reading at {@link
 * org.liuhen.tools.camera.CameraFolder}. Nothing is written there; what is safe at a server is erased by whoever asked.
 */
@NullMarked
package org.liuhen.tools.camera;

import org.jspecify.annotations.NullMarked;
