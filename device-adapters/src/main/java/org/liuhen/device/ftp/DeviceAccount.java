package org.liuhen.device.ftp;

import java.util.List;
import org.apache.ftpserver.ftplet.Authority;
import org.apache.ftpserver.ftplet.AuthorizationRequest;
import org.apache.ftpserver.ftplet.User;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.drop.DropVisit;

/** A device that has logged in, in the words of Apache FtpServer. */
record DeviceAccount(String name, DropVisit visit, int idleSeconds) implements User {
    @Override
    public String getName() {
        return name;
    }

    @Override
    @SuppressWarnings("NullAway") // nobody asks a user who has logged in
    public @Nullable String getPassword() {
        return null;
    }

    @Override
    public List<? extends Authority> getAuthorities() {
        return List.of();
    }

    @Override
    public List<? extends Authority> getAuthorities(Class<? extends Authority> type) {
        return List.of();
    }

    /** What a device may do is decided in its folder; here is nothing to limit. */
    @Override
    public AuthorizationRequest authorize(AuthorizationRequest request) {
        return request;
    }

    @Override
    public int getMaxIdleTime() {
        return idleSeconds;
    }

    @Override
    public boolean getEnabled() {
        return true;
    }

    @Override
    public String getHomeDirectory() {
        return "/";
    }
}
