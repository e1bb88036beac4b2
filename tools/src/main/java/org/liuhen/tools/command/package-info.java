/**
 * The verbs of the program, one class each. A verb talks to a server over HTTP and prints what comes back; with {@code
 * --data} it goes through the private socket of the server that has the folder, or runs the very same server inside
 * itself when none does, so that there is one way through the code. Start reading at {@link
 * org.liuhen.tools.command.LiuhenCommand} and {@link org.liuhen.tools.command.ConnectionOptions}. Exit codes: {@link
 * org.liuhen.tools.command.ExitCode}.
 */
@NullMarked
package org.liuhen.tools.command;

import org.jspecify.annotations.NullMarked;
