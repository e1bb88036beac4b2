package org.liuhen.tools;

import org.liuhen.tools.command.LiuhenCommand;

/** Where the program begins. */
public final class Main {
    private Main() {}

    /** Runs a verb and ends the process with its exit code. */
    public static void main(String[] arguments) {
        // a server tells what it does, other verbs only what went wrong; has to be said before anything logs
        boolean server = arguments.length > 0 && arguments[0].equals("serve");
        if (System.getProperty("liuhen.log.level") == null) {
            System.setProperty("liuhen.log.level", server ? "INFO" : "ERROR");
        }
        System.exit(LiuhenCommand.run(arguments));
    }
}
