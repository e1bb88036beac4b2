package org.liuhen.retention;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;

/** Ends a run at one of its steps, before or after the step was taken, as a kill of the process would. */
final class KillSwitch {
    /** The process is gone. */
    static final class Killed extends Error {
        Killed(int step) {
            super("killed at step " + step);
        }
    }

    private final int killedStep;
    private final boolean taken;
    private int steps;

    /**
     * @param killedStep the first is 1; 0: none
     * @param taken whether that step has its effect
     */
    KillSwitch(int killedStep, boolean taken) {
        this.killedStep = killedStep;
        this.taken = taken;
    }

    int steps() {
        return steps;
    }

    /** {@code target}, whose {@code methods} are steps. */
    <T> T guard(Class<T> seam, T target, String... methods) {
        Set<String> counted = Set.of(methods);
        return seam.cast(Proxy.newProxyInstance(
                seam.getClassLoader(), new Class<?>[] {seam}, (proxy, method, arguments) -> {
                    boolean kills = counted.contains(method.getName()) && ++steps == killedStep;
                    if (kills && !taken) {
                        throw new Killed(steps);
                    }
                    try {
                        Object result = method.invoke(target, arguments);
                        if (kills) {
                            if (result instanceof java.util.concurrent.CompletableFuture<?> future) {
                                future.join();
                            }
                            throw new Killed(steps);
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause() == null ? e : e.getCause();
                    }
                }));
    }
}
