package org.liuhen.tools.command;

import java.io.IOException;
import java.io.PrintWriter;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.StorageFailure;
import org.liuhen.tools.client.Refused;
import picocli.CommandLine;

/** What the program's exit status says. */
final class ExitCode {
    static final int DONE = 0;
    /** The answer is no: something was refused, or a verification failed. */
    static final int NO = 1;

    static final int WRONG_USAGE = 2;
    /** The server or the store could not be reached. */
    static final int UNREACHABLE = 3;

    private ExitCode() {}

    /** Prints what went wrong, in one line for people, and returns the status for it. */
    static int of(Exception failure, PrintWriter error) {
        String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        if (failure instanceof CommandLine.ParameterException || failure instanceof InvalidField) {
            error.println("liuhen: " + message);
            return WRONG_USAGE;
        }
        if (failure instanceof Refused refused) {
            error.println("liuhen: " + message);
            return refused.status() == 400 ? WRONG_USAGE : refused.status() >= 500 ? UNREACHABLE : NO;
        }
        if (failure instanceof IOException || failure instanceof StorageFailure) {
            error.println(
                    "liuhen: " + (failure instanceof StorageFailure ? "" : named(failure)) + message + advice(failure));
            return UNREACHABLE;
        }
        failure.printStackTrace(error);
        return UNREACHABLE;
    }

    /** What a failed connection does not say by itself: that the two do not speak alike. */
    private static String advice(Exception failure) {
        if (failure instanceof SSLHandshakeException) {
            return " (expected: a certificate that is trusted here; for a self-signed server give --tls-cert with its"
                    + " DATA/keys/tls-certificate.pem, or --tls-fingerprint)";
        }
        if (failure instanceof SSLException) {
            return " (expected: TLS; for a server without it give http://)";
        }
        return failure instanceof NoHttpResponseException
                ? " (expected: HTTP; for a server with TLS give https://)"
                : "";
    }

    /** Many I/O failures have only a file name for a message. */
    private static String named(Exception failure) {
        String kind = failure.getClass().getSimpleName();
        return kind.equals("IOException") ? "" : kind + ": ";
    }
}
