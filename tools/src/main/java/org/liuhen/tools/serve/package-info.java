/**
 * The only place that sees everything: opens the parts of a server in order, ties them together and closes them in
 * reverse. Start reading at {@link org.liuhen.tools.serve.LiuhenServer}; what can be chosen is in {@link
 * org.liuhen.tools.serve.ServerConfiguration}, the folder everything lives in is {@link
 * org.liuhen.tools.serve.DataFolder}.
 */
@NullMarked
package org.liuhen.tools.serve;

import org.jspecify.annotations.NullMarked;
