package org.liuhen.device.axis;

import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Actor;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.StorageFailure;

/** Who writes down what a system calls its cameras, in the register that administrators write into as well. */
@FunctionalInterface
public interface CameraLabels {
    /** Who makes all cameras of these systems. */
    String MAKER = "Axis";

    /**
     * A system told of a camera that is registered, or told something new of it. Durable on return.
     *
     * @param name null if it was not told
     * @param model null if it was not told
     */
    void told(Actor system, DeviceId camera, String serial, @Nullable String name, @Nullable String model)
            throws StorageFailure;
}
