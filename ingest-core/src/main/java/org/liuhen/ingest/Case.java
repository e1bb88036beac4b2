package org.liuhen.ingest;

/** What to do in one of the cases of a result. */
@FunctionalInterface
public interface Case<A, T, X extends Exception> {
    T of(A result) throws X;
}
