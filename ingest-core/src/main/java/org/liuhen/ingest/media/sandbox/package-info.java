/**
 * How a child process is kept: what it may see and use, what it is handed for each piece of work, and what is believed of
 * what it says. Start reading at {@link org.liuhen.ingest.media.sandbox.Child}, a process that takes one order after
 * another; {@link org.liuhen.ingest.media.sandbox.Sandbox} is what surrounds it, {@link
 * org.liuhen.ingest.media.sandbox.Exchange} the folder through which files reach it and come back.
 *
 * <p>Threads: a child is spoken with by one thread at a time; {@link org.liuhen.ingest.media.sandbox.ChildWatch} has one of
 * its own. Files: {@code children/<process>/<n>/} beside the natives, gone with the child.
 */
@NullMarked
package org.liuhen.ingest.media.sandbox;

import org.jspecify.annotations.NullMarked;
