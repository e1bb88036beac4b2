package org.liuhen.ingest;

import org.liuhen.storage.DeviceId;

/** What became of the wish to begin an upload. */
public sealed interface Begun {
    /**
     * It may begin.
     *
     * @param writer takes the first bytes, if there are any, and must be ended
     */
    record Ready(UploadWriter writer) implements Begun {}

    /** @param own the device that asked; it named another */
    record ForeignDevice(DeviceId own) implements Begun {}

    /** @param why for people */
    record NotAllowed(String why) implements Begun {}

    /** @param largestBytes what would be taken */
    record TooLong(long largestBytes) implements Begun {}

    default <T, X extends Exception> T match(
            Case<Ready, T, X> ready,
            Case<ForeignDevice, T, X> foreignDevice,
            Case<NotAllowed, T, X> notAllowed,
            Case<TooLong, T, X> tooLong)
            throws X {
        if (this instanceof Ready result) {
            return ready.of(result);
        }
        if (this instanceof ForeignDevice result) {
            return foreignDevice.of(result);
        }
        return this instanceof NotAllowed result ? notAllowed.of(result) : tooLong.of((TooLong) this);
    }
}
