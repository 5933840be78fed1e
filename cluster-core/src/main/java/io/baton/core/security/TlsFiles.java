package io.baton.core.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * Three files in PEM.
 *
 * @param key this process's private key, RSA or EC, not encrypted
 * @param certificate this process's, then those between it and the authority's
 * @param authority whose certificates are taken for good
 */
record TlsFiles(Path key, Path certificate, Path authority) {
    /** Keys in memory need a password; it guards nothing. */
    private static final char[] NO_PASSWORD = {};

    /** By which whoever has it can make certificates for anybody; it is better kept elsewhere. */
    private static final String KEY_OF_AUTHORITY = "authority.key";

    private static final Pattern PRIVATE_KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private static final byte[] SAMPLE = "Does the one belong to the other?".getBytes(StandardCharsets.UTF_8);

    /**
     * What they hold.
     *
     * @param written when each of them was, as of before it was read
     * @param until when the certificate expires, or another one of its file if that is sooner
     */
    record Read(SSLContext context, Managers managers, List<FileTime> written, Instant until) {}

    /** What shows the certificate, and what judges those of others. */
    record Managers(KeyManager key, TrustManager trust) {}

    /** When each was last written. */
    List<FileTime> written() throws IOException {
        return List.of(written(key), written(certificate), written(authority));
    }

    private static FileTime written(Path file) throws IOException {
        try {
            return Files.getLastModifiedTime(file);
        } catch (NoSuchFileException e) {
            throw new IOException("'" + file + "': there is no such file", e);
        }
    }

    /** @throws IOException saying which will not do, and why */
    Read read(Instant now) throws IOException {
        var written = written();
        var chain = certificates(certificate);
        var own = chain.get(0);
        var until = chain.stream()
                .map(one -> one.getNotAfter().toInstant())
                .min(Comparator.naturalOrder())
                .orElseThrow();
        // Another one of them may be there for nothing.
        var ownUntil = own.getNotAfter().toInstant();
        if (ownUntil.isBefore(now)) {
            throw new IOException("'" + certificate + "' expired at " + ownUntil + ": nobody takes it any more");
        }
        var secret = privateKey();
        if (!belongs(secret, own.getPublicKey())) {
            throw new IOException("'" + key + "' is not the key of the certificate in '" + certificate + "'");
        }
        try {
            var managers = managers(secret, chain, certificates(authority));
            var context = SSLContext.getInstance("TLSv1.3");
            context.init(new KeyManager[] {managers.key()}, new TrustManager[] {managers.trust()}, null);
            return new Read(context, managers, written, until);
        } catch (GeneralSecurityException e) {
            throw new IOException("'" + certificate + "' cannot be used: " + e.getMessage(), e);
        }
    }

    private static Managers managers(PrivateKey key, List<X509Certificate> chain, List<X509Certificate> authorities)
            throws GeneralSecurityException, IOException {
        var own = KeyStore.getInstance("PKCS12");
        own.load(null, NO_PASSWORD);
        own.setKeyEntry("own", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, NO_PASSWORD);
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, NO_PASSWORD);
        for (var one : authorities) {
            trusted.setCertificateEntry("authority-" + trusted.size(), one);
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        return new Managers(keys.getKeyManagers()[0], trust.getTrustManagers()[0]);
    }

    private PrivateKey privateKey() throws IOException {
        var found = PRIVATE_KEY.matcher(text(key));
        SecretFiles.warn(key);
        SecretFiles.warn(authority.resolveSibling(KEY_OF_AUTHORITY));
        if (found.find()) {
            var coded = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(found.group(1)));
            for (var algorithm : List.of("EC", "RSA")) {
                try {
                    return KeyFactory.getInstance(algorithm).generatePrivate(coded);
                } catch (GeneralSecurityException another) {
                    // Of another kind, perhaps.
                }
            }
        }
        throw new IOException(
                "'" + key + "' is no private key in PEM: it must be RSA or EC, in PKCS #8 (BEGIN PRIVATE KEY)"
                        + " and not encrypted");
    }

    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new IOException(
                    "'" + file + "' cannot be read: " + e.getClass().getSimpleName(), e);
        }
    }

    private static List<X509Certificate> certificates(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var all = CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (all.isEmpty()) {
                throw new IOException("'" + file + "' holds no certificate");
            }
            return all;
        } catch (CertificateException e) {
            throw new IOException("'" + file + "' is no certificate in PEM: " + e.getMessage(), e);
        }
    }

    private static boolean belongs(PrivateKey key, PublicKey shown) {
        try {
            var algorithm = key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256with" + key.getAlgorithm();
            var sign = Signature.getInstance(algorithm);
            sign.initSign(key);
            sign.update(SAMPLE);
            var verify = Signature.getInstance(algorithm);
            verify.initVerify(shown);
            verify.update(SAMPLE);
            return verify.verify(sign.sign());
        } catch (GeneralSecurityException other) {
            return false;
        }
    }
}
