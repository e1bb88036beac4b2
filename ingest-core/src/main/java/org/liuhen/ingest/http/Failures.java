package org.liuhen.ingest.http;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.StorageFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the outside is told when something fails: the one place that knows. What is not the sender's fault is logged
 * with a reference, and the sender gets the reference instead of the reason.
 */
final class Failures {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private final RandomGenerator random;

    Failures(RandomGenerator random) {
        this.random = random;
    }

    /** The answer to a request that ended in {@code failure}. */
    Response response(Throwable failure, String what) {
        return problem(failure, what).response();
    }

    /** Tells of a connection that is closed because it cannot go on: loudly, if the fault is on this side. */
    static void ofConnection(Throwable cause) {
        if (cause instanceof Error) {
            LOG.error("connection: closed, because this server could not serve it", cause);
        } else {
            LOG.debug("connection: closed after a failure", cause);
        }
    }

    private Problem problem(Throwable failure, String what) {
        if (failure instanceof Problem problem) {
            return problem;
        }
        if (failure instanceof InvalidField invalid) {
            return invalid(invalid);
        }
        if (failure instanceof StorageFailure storage) {
            return storage(storage, what);
        }
        if (failure instanceof JsonProcessingException json) {
            return json(json, what);
        }
        return internal("internal-error", failure, what);
    }

    private static Problem invalid(InvalidField invalid) {
        String message = invalid.getMessage();
        return new Problem(400, "invalid-field", message == null ? "" : message, invalid)
                .member("field", invalid.field());
    }

    private Problem storage(StorageFailure failure, String what) {
        return switch (failure.kind()) {
            case NO_SPACE ->
                logged(
                        new Problem(
                                507, "no-space", "storage: no room left; what was acknowledged is kept, resume later"),
                        failure,
                        what);
            case OUT_OF_SERVICE ->
                logged(
                        new Problem(503, "out-of-service", "storage: takes no writes now; try again later")
                                .header("retry-after", "60"),
                        failure,
                        what);
            case LOCKED ->
                logged(
                        new Problem(503, "locked", "storage: held by somebody else; try again later")
                                .header("retry-after", "5"),
                        failure,
                        what);
            case OUTCOME_UNKNOWN ->
                logged(
                        new Problem(
                                        503,
                                        "outcome-unknown",
                                        "storage: may or may not have been written; repeat the same request to find out")
                                .header("retry-after", "1"),
                        failure,
                        what);
            case MISSING -> logged(new Problem(404, "missing", "storage: it is not there"), failure, what);
            case CORRUPT, FORMAT_TOO_NEW, FORMAT_TOO_OLD -> internal("storage-damaged", failure, what);
        };
    }

    private Problem json(JsonProcessingException failure, String what) {
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidField invalid) {
                return invalid(invalid);
            }
        }
        boolean input = failure instanceof JsonParseException
                || failure instanceof StreamConstraintsException
                || failure.getCause() instanceof StreamReadException
                || failure instanceof MismatchedInputException
                || (failure instanceof ValueInstantiationException
                        && failure.getCause() instanceof IllegalArgumentException);
        if (!input) {
            return internal("internal-error", failure, what);
        }
        var at = failure.getLocation();
        String where = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
        return new Problem(400, "invalid-json", "body: cannot be read as the expected JSON" + where, failure);
    }

    private static Problem logged(Problem problem, Throwable failure, String what) {
        LOG.warn("{}: answered {} {}", what, problem.status(), problem.type(), failure);
        return problem;
    }

    private Problem internal(String type, Throwable failure, String what) {
        byte[] bytes = new byte[6];
        random.nextBytes(bytes);
        String reference = HexFormat.of().formatHex(bytes);
        LOG.error("{}: failed, reference={}", what, reference, failure);
        return new Problem(500, type, "server: failed; the log says why under this reference", failure)
                .member("reference", reference);
    }
}
