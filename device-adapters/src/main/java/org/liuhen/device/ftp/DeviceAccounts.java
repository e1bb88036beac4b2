package org.liuhen.device.ftp;

import org.apache.ftpserver.ftplet.Authentication;
import org.apache.ftpserver.ftplet.AuthenticationFailedException;
import org.apache.ftpserver.ftplet.User;
import org.apache.ftpserver.ftplet.UserManager;
import org.apache.ftpserver.usermanager.UsernamePasswordAuthentication;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.drop.DevicePass;
import org.liuhen.ingest.drop.DropFolders;
import org.liuhen.ingest.naming.FileNames;
import org.liuhen.storage.StorageFailure;

/** Lets devices in: the user is the device's id, the password its token. */
final class DeviceAccounts implements UserManager {
    private final DevicePass.Door door;
    private final DropFolders folders;
    private final int idleSeconds;

    DeviceAccounts(DevicePass.Door door, DropFolders folders, int idleSeconds) {
        this.door = door;
        this.folders = folders;
        this.idleSeconds = idleSeconds;
    }

    @Override
    public User authenticate(Authentication authentication) throws AuthenticationFailedException {
        if (authentication instanceof UsernamePasswordAuthentication login
                && login.getUsername() != null
                && login.getPassword() != null) {
            String name = FileNames.decode(login.getUsername());
            try {
                return door.enter(name, login.getPassword())
                        .map(pass -> new DeviceAccount(name, folders.visit(pass, FtpAdapter.NAME), idleSeconds))
                        .orElseThrow(() -> new AuthenticationFailedException("device or token: unknown or revoked"));
            } catch (StorageFailure e) {
                throw new AuthenticationFailedException("device: cannot be looked up", e);
            }
        }
        throw new AuthenticationFailedException("device and token: missing");
    }

    /** Nobody is known before the password. */
    @Override
    @SuppressWarnings("NullAway") // null is the library's word for unknown
    public @Nullable User getUserByName(String name) {
        return null;
    }

    @Override
    public String[] getAllUserNames() {
        return new String[0];
    }

    @Override
    public void delete(String name) {
        throw new UnsupportedOperationException("devices are revoked elsewhere");
    }

    @Override
    public void save(User user) {
        throw new UnsupportedOperationException("devices are registered elsewhere");
    }

    @Override
    public boolean doesExist(String name) {
        return false;
    }

    @Override
    public String getAdminName() {
        return "";
    }

    @Override
    public boolean isAdmin(String name) {
        return false;
    }
}
