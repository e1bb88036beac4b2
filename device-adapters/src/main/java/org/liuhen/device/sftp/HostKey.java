package org.liuhen.device.sftp;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.util.Objects;
import java.util.Set;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.keyprovider.FileKeyPairProvider;
import org.apache.sshd.common.keyprovider.KeyPairProvider;

/** Who the server says it is to SSH clients: a key that is made once and kept, ECDSA over P-256. */
final class HostKey {
    private HostKey() {}

    /** @throws IOException if it can neither be read nor made */
    static KeyPairProvider at(Path file, SecureRandom random) throws IOException {
        if (!Files.exists(file)) {
            make(file, random);
        }
        FileKeyPairProvider provider = new FileKeyPairProvider(file);
        if (!provider.loadKeys(null).iterator().hasNext()) {
            throw new IOException("host key: none found (expected: a private key as OpenSSH writes it), path=" + file);
        }
        return provider;
    }

    private static void make(Path file, SecureRandom random) throws IOException {
        Path draft = Objects.requireNonNull(file.toAbsolutePath().getParent())
                .resolve(file.getFileName() + "." + Long.toHexString(random.nextLong()) + ".tmp");
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            KeyPair pair = generator.generateKeyPair();
            try (FileChannel channel = FileChannel.open(
                    draft,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(
                        pair, "liuhen", null, Channels.newOutputStream(channel));
                channel.force(true);
            }
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException ignored) {
            // another start was quicker, and its key counts
        } catch (GeneralSecurityException e) {
            throw new IOException("host key: cannot be made, path=" + file, e);
        } finally {
            Files.deleteIfExists(draft);
        }
    }
}
