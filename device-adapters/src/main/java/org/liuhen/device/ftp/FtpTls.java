package org.liuhen.device.ftp;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.UUID;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.apache.ftpserver.ssl.ClientAuth;
import org.apache.ftpserver.ssl.SslConfiguration;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.http.TlsIdentity;

/**
 * The server's identity in the words of Apache FtpServer. Commands by TLS 1.2 and 1.3; data by 1.2, because Java ends
 * a connection of 1.3 with {@code user_canceled}, which GnuTLS takes for a broken transfer.
 */
final class FtpTls implements SslConfiguration {
    private final SSLContext context;
    private final String[] protocols;

    /** @throws java.io.IOException if this Java cannot use the key */
    FtpTls(TlsIdentity identity, String... protocols) throws java.io.IOException {
        this.protocols = protocols.clone();
        try {
            char[] password = UUID.randomUUID().toString().toCharArray();
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(
                    "server", identity.key(), password, identity.chain().toArray(new X509Certificate[0]));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, password);
            context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
        } catch (GeneralSecurityException e) {
            throw new java.io.IOException("tls: this key cannot be used", e);
        }
    }

    @Override
    public SSLSocketFactory getSocketFactory() {
        return context.getSocketFactory();
    }

    @Override
    public SSLContext getSSLContext() {
        return context;
    }

    @Override
    public SSLContext getSSLContext(String protocol) {
        return context;
    }

    /** Null for those that this Java considers safe. */
    @Override
    @SuppressWarnings("NullAway") // the library takes null for the defaults
    public String @Nullable [] getEnabledCipherSuites() {
        return null;
    }

    @Override
    public String getEnabledProtocol() {
        return protocols[0];
    }

    @Override
    public String[] getEnabledProtocols() {
        return protocols.clone();
    }

    @Override
    public ClientAuth getClientAuth() {
        return ClientAuth.NONE;
    }
}
