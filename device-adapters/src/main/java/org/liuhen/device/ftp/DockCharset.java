package org.liuhen.device.ftp;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.apache.ftpserver.impl.FtpIoSession;
import org.apache.mina.core.session.IoSession;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.naming.FileNames;
import org.liuhen.storage.DeviceId;

/**
 * In which character set one connection speaks of files. UTF-8, until the dock either says otherwise ({@code OPTS UTF8
 * OFF}) or sends a name that can only be GBK; a device that did so is answered in GBK when it comes again, until it says
 * {@code OPTS UTF8 ON}. Safe for many threads.
 */
final class DockCharset {
    private static final String NAME = "liuhen.charset";
    /** What GBK is a part of. */
    private static final Charset GB18030 = Charset.forName("GB18030");

    /** Devices that speak GBK, shared by all connections. */
    private final Set<DeviceId> speakingGbk;

    private @Nullable DeviceId device;
    private boolean gbk;
    private boolean agreed;

    private DockCharset(Set<DeviceId> speakingGbk) {
        this.speakingGbk = speakingGbk;
    }

    static DockCharset of(FtpIoSession session, Set<DeviceId> speakingGbk) {
        if (session.getAttribute(NAME) instanceof DockCharset known) {
            return known;
        }
        DockCharset made = new DockCharset(speakingGbk);
        session.setAttribute(NAME, made);
        return made;
    }

    /** How answers on a connection are written. */
    static Charset of(IoSession session) {
        return session.getAttribute(NAME) instanceof DockCharset known ? known.charset() : StandardCharsets.UTF_8;
    }

    /** The device has logged in. */
    synchronized void belongsTo(DeviceId loggedIn) {
        device = loggedIn;
        if (!agreed) {
            gbk |= speakingGbk.contains(loggedIn);
        }
        remember();
    }

    /** The dock says so itself. */
    synchronized void agree(boolean utf8) {
        agreed = true;
        gbk = !utf8;
        remember();
    }

    private void remember() {
        if (device != null && gbk) {
            speakingGbk.add(device);
        } else if (device != null && agreed) {
            speakingGbk.remove(device);
        }
    }

    synchronized Charset charset() {
        return gbk ? GB18030 : StandardCharsets.UTF_8;
    }

    /** A name that came one character a byte. */
    synchronized String decode(String latin1) {
        byte[] bytes = latin1.getBytes(StandardCharsets.ISO_8859_1);
        if (agreed) {
            return FileNames.decode(bytes, charset());
        }
        if (FileNames.isOnlyGbk(bytes)) {
            gbk = true;
            remember();
        }
        // most of what is text in UTF-8 and not ASCII is text in GBK as well, but hardly ever the other way round
        return FileNames.decode(bytes);
    }
}
