/**
 * Talking to a server: over the network with a token, or through the private socket in its data folder. Start reading at
 * {@link org.liuhen.tools.client.ServerConnection}; {@link org.liuhen.tools.client.Push} is the docking station's side of
 * an upload. Not for several threads.
 */
@NullMarked
package org.liuhen.tools.client;

import org.jspecify.annotations.NullMarked;
