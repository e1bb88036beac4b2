package org.liuhen.ingest;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Vault;

/**
 * A vault and a catalog of which the n-th changing call fails: before or after it had its effect, and either alone or
 * as the last thing their process did.
 */
final class FailingStore {
    /** How the chosen call fails. */
    enum Fault {
        /** The process dies before the call does anything; nothing works afterwards. */
        DIES_BEFORE,
        /** The process dies after the call has done its work. */
        DIES_AFTER,
        /** The call fails and has done nothing; the next ones work. */
        FAILS_BEFORE,
        /** The call has done its work but says it failed; a commit says that its outcome is unknown. */
        FAILS_AFTER
    }

    private static final Set<String> CHANGING =
            Set.of("begin", "resume", "discard", "erase", "write", "force", "seal", "commit");

    /** Calls that touch no disk, so they cannot fail. */
    private static final Set<String> PASSIVE = Set.of(
            "close",
            "sizeBytes",
            "fingerprint",
            "crc32cPerMiB",
            "toString",
            "hashCode",
            "equals",
            "outOfService",
            "register",
            "ledger");

    private final int failing;
    private final Fault fault;
    private final List<String> calls = new ArrayList<>();
    private boolean dead;

    /** @param failing the number of the call that fails, from 1; 0 for none */
    FailingStore(int failing, Fault fault) {
        this.failing = failing;
        this.fault = fault;
    }

    synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    Vault over(Vault vault) {
        return proxy(Vault.class, vault);
    }

    Catalog over(Catalog catalog) {
        return proxy(Catalog.class, catalog);
    }

    private interface Real {
        Object call() throws Exception;
    }

    private <T> T proxy(Class<T> seam, T real) {
        return seam.cast(Proxy.newProxyInstance(seam.getClassLoader(), new Class<?>[] {seam}, (self, method, given) -> {
            Real call = () -> {
                try {
                    return method.invoke(real, given);
                } catch (InvocationTargetException e) {
                    throw e.getCause() instanceof Exception cause ? cause : e;
                }
            };
            if (PASSIVE.contains(method.getName())) {
                return call.call();
            }
            Object result = CHANGING.contains(method.getName()) ? change(method.getName(), call) : alive(call);
            return result instanceof Vault.Incoming incoming ? proxy(Vault.Incoming.class, incoming) : result;
        }));
    }

    private synchronized Object alive(Real call) throws Exception {
        if (dead) {
            throw new StorageFailure(StorageFailure.Kind.OUT_OF_SERVICE, "dead");
        }
        return call.call();
    }

    private synchronized Object change(String name, Real call) throws Exception {
        calls.add(name);
        boolean commit = name.equals("commit");
        if (dead) {
            return failed(commit, StorageFailure.Kind.OUT_OF_SERVICE);
        }
        if (calls.size() != failing) {
            return call.call();
        }
        dead = fault == Fault.DIES_BEFORE || fault == Fault.DIES_AFTER;
        if (fault == Fault.DIES_BEFORE || fault == Fault.FAILS_BEFORE) {
            return failed(commit, commit ? StorageFailure.Kind.OUTCOME_UNKNOWN : StorageFailure.Kind.OUT_OF_SERVICE);
        }
        Object done = call.call();
        if (done instanceof CompletableFuture<?> future) {
            future.join();
        }
        if (done instanceof Vault.Incoming incoming) {
            incoming.close();
        }
        return failed(commit, commit ? StorageFailure.Kind.OUTCOME_UNKNOWN : StorageFailure.Kind.OUT_OF_SERVICE);
    }

    private Object failed(boolean commit, StorageFailure.Kind kind) throws StorageFailure {
        StorageFailure failure = new StorageFailure(kind, "injected: " + fault + " at call " + failing);
        if (commit) {
            Object outcome = CompletableFuture.failedFuture(failure);
            return outcome;
        }
        throw failure;
    }
}
