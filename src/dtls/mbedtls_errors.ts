/**
 * Error numbers of mbedTLS, the library behind Godot's TLS and DTLS: names, meanings, and what
 * usually helps. Numbers and names by mbedTLS 3.6 (Godot 4) and, where it used the number
 * otherwise, 2.x (Godot 3). A number is a high-level one (a multiple of 0x80), a low-level one
 * (below 0x80), or the sum of both; it is negative. Table only: `error_names.ts` reads it.
 */

/** What one number means. */
export interface MbedTlsError {
  /** Without `MBEDTLS_ERR_`. */
  readonly name: string;
  readonly meaning: string;
  /** What usually helps somebody who runs a game; null where only the meaning helps. */
  readonly cure: string | null;
}

const GIVE_CA = "give TLSOptions.client() the server's certificate or its CA, connect by a name " +
  "that is in the certificate (or name it: TLSOptions.client(ca, name)), let the server send its " +
  "whole chain, and check the clocks; packetpeer doctor ENDPOINT says which it is";
const BROKEN_CERTIFICATE = "make the certificate again: packetpeer cert new";
const CHECK_PEM = "check that the file is whole and of the right kind: a certificate begins with " +
  "-----BEGIN CERTIFICATE-----, a key with -----BEGIN PRIVATE KEY-----";
const NO_PASSWORD = "save the key without a password: Godot does not ask for one";
const OUT_OF_MEMORY = "free memory; a key of 2048 bits takes least";
const RSA_SIZE =
  "take a certificate with a key of 2048 or 4096 bits, all along its chain; larger " +
  "keys are more than mbedTLS takes";
const BAD_PACKETS = "check that both sides speak the same protocol and that nothing between them " +
  "changes packets";

/** High-level numbers, without their sign. */
export const HIGH_LEVEL_ERRORS: Readonly<Record<number, MbedTlsError>> = {
  0x1080: error("PEM_NO_HEADER_FOOTER_PRESENT", "there is no PEM begin or end line", CHECK_PEM),
  0x1100: error("PEM_INVALID_DATA", "the text between the PEM lines is damaged", CHECK_PEM),
  0x1300: error("PEM_PASSWORD_REQUIRED", "the key is encrypted", NO_PASSWORD),
  0x1380: error("PEM_PASSWORD_MISMATCH", "the key's password is wrong", NO_PASSWORD),
  0x2080: error("X509_FEATURE_UNAVAILABLE", "the certificate uses something unknown to mbedTLS"),
  0x2100: error("X509_UNKNOWN_OID", "the certificate names something unknown to mbedTLS"),
  0x2180: error("X509_INVALID_FORMAT", "this is not a certificate, or a damaged one", CHECK_PEM),
  0x2300: error("X509_INVALID_ALG", "the certificate's algorithm is damaged", BROKEN_CERTIFICATE),
  0x2380: error("X509_INVALID_NAME", "a name in the certificate is damaged", BROKEN_CERTIFICATE),
  0x2400: error("X509_INVALID_DATE", "a date in the certificate is damaged", BROKEN_CERTIFICATE),
  0x2480: error("X509_INVALID_SIGNATURE", "the signature is damaged", BROKEN_CERTIFICATE),
  0x2500: error(
    "X509_INVALID_EXTENSIONS",
    "an extension of the certificate is damaged",
    BROKEN_CERTIFICATE,
  ),
  0x2580: error("X509_UNKNOWN_VERSION", "the certificate is of an unknown version"),
  0x2600: error(
    "X509_UNKNOWN_SIG_ALG",
    "the certificate is signed with an algorithm that mbedTLS does not know, such as Ed25519",
    "take an RSA or EC (P-256) certificate: packetpeer cert new",
  ),
  0x2680: error("X509_SIG_MISMATCH", "the certificate contradicts itself", BROKEN_CERTIFICATE),
  0x2700: error(
    "X509_CERT_VERIFY_FAILED",
    "the certificate is not accepted: its issuer is not trusted, it is for another name, or it " +
      "is out of its dates",
    GIVE_CA,
  ),
  0x2780: error("X509_CERT_UNKNOWN_FORMAT", "the file is neither PEM nor DER", CHECK_PEM),
  0x2800: error("X509_BAD_INPUT_DATA", "no certificate was given", CHECK_PEM),
  0x2880: error("X509_ALLOC_FAILED", "not enough memory", OUT_OF_MEMORY),
  0x2900: error("X509_FILE_IO_ERROR", "the certificate's file cannot be read", "check the path"),
  0x3000: error(
    "X509_FATAL_ERROR",
    "verification could not be carried out, for instance because the chain is too long",
  ),
  0x3980: error("PK_FEATURE_UNAVAILABLE", "keys of this kind are not supported"),
  0x3A00: error(
    "PK_UNKNOWN_NAMED_CURVE",
    "the key's elliptic curve is not supported",
    "take P-256: packetpeer cert new --key-type ec-p256",
  ),
  0x3B00: error("PK_INVALID_PUBKEY", "the public key is damaged", CHECK_PEM),
  0x3B80: error("PK_PASSWORD_MISMATCH", "the key's password is wrong", NO_PASSWORD),
  0x3C00: error("PK_PASSWORD_REQUIRED", "the key is encrypted", NO_PASSWORD),
  0x3C80: error(
    "PK_UNKNOWN_PK_ALG",
    "the key is neither RSA nor EC",
    "take an RSA or EC (P-256) key: packetpeer cert new",
  ),
  0x3D00: error("PK_KEY_INVALID_FORMAT", "this is not a private key, or a damaged one", CHECK_PEM),
  0x3D80: error("PK_KEY_INVALID_VERSION", "the key is of an unknown version"),
  0x3E00: error("PK_FILE_IO_ERROR", "the key's file cannot be read", "check the path"),
  0x3E80: error("PK_BAD_INPUT_DATA", "the key is missing or cannot do this", CHECK_PEM),
  0x3F00: error(
    "PK_TYPE_MISMATCH",
    "the key is of another kind than needed",
    "use the key that belongs to the certificate",
  ),
  0x3F80: error("PK_ALLOC_FAILED", "not enough memory", OUT_OF_MEMORY),
  0x4080: error("RSA_BAD_INPUT_DATA", "an RSA key or signature has an impossible value"),
  0x4100: error("RSA_INVALID_PADDING", "an RSA signature is wrong: the key does not belong to it"),
  0x4200: error("RSA_KEY_CHECK_FAILED", "the RSA key is not a good one", CHECK_PEM),
  0x4280: error("RSA_PUBLIC_FAILED", "a signature could not be checked with an RSA key", RSA_SIZE),
  0x4300: error("RSA_PRIVATE_FAILED", "nothing could be signed with the RSA key", RSA_SIZE),
  0x4380: error("RSA_VERIFY_FAILED", "an RSA signature is wrong: forged, or of another key"),
  0x4C80: error("ECP_INVALID_KEY", "an elliptic key is not on its curve"),
  0x4E00: error("ECP_VERIFY_FAILED", "an elliptic signature is wrong: forged, or of another key"),
  0x4E80: error("ECP_FEATURE_UNAVAILABLE", "the elliptic curve is not supported"),
  0x4F80: error("ECP_BAD_INPUT_DATA", "an elliptic key or point has an impossible value"),
  0x5D80: error(
    "SSL_CERTIFICATE_VERIFICATION_WITHOUT_HOSTNAME",
    "a certificate should be verified, but for no host name",
    "connect by name, or name one: TLSOptions.client(ca, name)",
  ),
  0x5E80: error("SSL_BAD_CONFIG", "the options contradict each other"),
  0x5F00: error("SSL_VERSION_MISMATCH", "something is not for this protocol version"),
  0x6000: error("SSL_UNEXPECTED_CID", "a record has a connection id that nobody gave out"),
  0x6300: error("CIPHER_AUTH_FAILED", "a record was changed on its way", BAD_PACKETS),
  0x6600: error("SSL_ILLEGAL_PARAMETER", "a field of a message has an impossible value"),
  0x6700: error("SSL_UNEXPECTED_RECORD", "a record came that does not belong there"),
  0x6780: error("SSL_CLIENT_RECONNECT", "a client started again from the same port", "poll again"),
  0x6800: error(
    "SSL_TIMEOUT",
    "no answer came in time",
    "check that the server runs and polls often, that its UDP port is open in firewall and router, " +
      "and that large datagrams come through; packetpeer doctor ENDPOINT says how far it gets",
  ),
  0x6880: error("SSL_WANT_WRITE", "not an error: there is more to send", "call poll() regularly"),
  0x6900: error("SSL_WANT_READ", "not an error: more has to come first", "call poll() regularly"),
  0x6980: error(
    "SSL_NO_USABLE_CIPHERSUITE",
    "no common cipher fits the server's certificate (mbedTLS 2)",
    "take an RSA certificate",
  ),
  0x6A00: error("SSL_BUFFER_TOO_SMALL", "a message does not fit the buffer", "send less at once"),
  0x6A80: error(
    "SSL_HELLO_VERIFY_REQUIRED",
    "not an error: the cookie was sent, and the client comes again with it",
    "drop this peer; DTLSServer.take_connection() gives a new one that is handshaking",
  ),
  0x6B80: error("SSL_COUNTER_WRAPPING", "the connection has sent all it can", "connect again"),
  0x6C00: error(
    "SSL_INTERNAL_ERROR",
    "something failed below: in Godot mostly the TCP or UDP socket",
    "check that the connection beneath is open (connected TCP, UDP bound and connected to host) " +
      "and that nobody refuses it; for a server, that the key belongs to the certificate",
  ),
  0x6D00: error(
    "SSL_PK_TYPE_MISMATCH",
    "the certificate's key is of another kind than agreed upon",
    "take an RSA certificate, or other ciphers",
  ),
  0x6D80: error("SSL_SESSION_TICKET_EXPIRED", "the session is too old to be resumed"),
  0x6E00: error(
    "SSL_HANDSHAKE_FAILURE",
    "no cipher, curve or signature algorithm that both sides accept",
    "take an RSA certificate of 2048 bits or EC P-256, signed with SHA-256, and allow the other " +
      "side ECDHE ciphers",
  ),
  0x6E80: error(
    "SSL_BAD_PROTOCOL_VERSION",
    "no protocol version that both sides accept",
    "Godot 4 speaks DTLS 1.2, and TLS 1.2 and 1.3: allow the other side one of them",
  ),
  0x7080: error("SSL_FEATURE_UNAVAILABLE", "this build of mbedTLS cannot do that"),
  0x7100: error(
    "SSL_BAD_INPUT_DATA",
    "a function was called with something impossible",
    "put no more than 16,384 bytes into one DTLS packet, and nothing after the peer has gone",
  ),
  0x7180: error("SSL_INVALID_MAC", "a record was changed or has another key", BAD_PACKETS),
  0x7200: error(
    "SSL_INVALID_RECORD",
    "what came is no TLS record",
    "check that the other side speaks TLS (or DTLS) on this port, and not plain TCP, UDP or HTTP",
  ),
  0x7280: error(
    "SSL_CONN_EOF",
    "the other side closed the connection",
    "see what the other side says: it ended without an alert",
  ),
  0x7300: error("SSL_DECODE_ERROR", "a message could not be read", BAD_PACKETS),
  0x7380: error("SSL_NO_CIPHER_CHOSEN", "no common cipher (mbedTLS 2)", "allow ECDHE ciphers"),
  0x7400: error("SSL_NO_RNG", "there is no source of random numbers"),
  0x7480: error(
    "SSL_NO_CLIENT_CERTIFICATE",
    "the client sent no certificate, and one is required",
    "give the client a certificate; Godot's clients have none to give",
  ),
  0x7500: error("SSL_UNSUPPORTED_EXTENSION", "the server answered with an unasked extension"),
  0x7580: error("SSL_NO_APPLICATION_PROTOCOL", "no common application protocol (ALPN)"),
  0x7600: error(
    "SSL_PRIVATE_KEY_REQUIRED",
    "the server has no private key",
    "give TLSOptions.server() both the key and its certificate",
  ),
  0x7680: error(
    "SSL_CA_CHAIN_REQUIRED",
    "there are no trusted certificates to verify with",
    "give TLSOptions.client() a certificate; exported games have no system certificates on some " +
      "platforms",
  ),
  0x7700: error(
    "SSL_UNEXPECTED_MESSAGE",
    "a message came that does not belong there",
    "on a server, a late datagram of a client that has gone does this: drop that peer; else check " +
      "that both sides speak the same protocol",
  ),
  0x7780: error(
    "SSL_FATAL_ALERT_MESSAGE",
    "the other side refused with an alert",
    "the other side's log says why: mostly it does not accept this side's certificate (unknown " +
      "CA, wrong name) or no cipher or version is common",
  ),
  0x7800: error("SSL_UNRECOGNIZED_NAME", "there is no server of that name (SNI)", "use its name"),
  0x7880: error("SSL_PEER_CLOSE_NOTIFY", "not an error: the other side said goodbye"),
  0x7900: error("SSL_BAD_HS_CLIENT_HELLO", "the ClientHello was refused (mbedTLS 2)", BAD_PACKETS),
  0x7980: error(
    "SSL_BAD_HS_SERVER_HELLO",
    "the ServerHello was refused (mbedTLS 2)",
    "check that the server speaks TLS 1.2 or DTLS 1.2 on this port",
  ),
  0x7A00: error("SSL_BAD_CERTIFICATE", "the certificate message was refused", GIVE_CA),
  0x7B00: error("SSL_RECEIVED_NEW_SESSION_TICKET", "not an error: a session ticket came"),
  0x7E80: error("SSL_CACHE_ENTRY_NOT_FOUND", "there is no session to resume"),
  0x7F00: error("SSL_ALLOC_FAILED", "not enough memory", OUT_OF_MEMORY),
};

/** Low-level numbers, without their sign; alone, or added to a high-level one. */
export const LOW_LEVEL_ERRORS: Readonly<Record<number, MbedTlsError>> = {
  0x0001: error("ERROR_GENERIC_ERROR", "something failed"),
  0x0004: error("MPI_BAD_INPUT_DATA", "a large number has an impossible value"),
  0x0008: error("MPI_BUFFER_TOO_SMALL", "a large number does not fit"),
  0x000E: error("MPI_NOT_ACCEPTABLE", "a large number cannot be used"),
  0x000F: error("CCM_AUTH_FAILED", "a record was changed on its way", BAD_PACKETS),
  0x0010: error("MPI_ALLOC_FAILED", "a number is too large, or memory is short"),
  0x0012: error("GCM_AUTH_FAILED", "a record was changed on its way", BAD_PACKETS),
  0x002A: error("BASE64_BUFFER_TOO_SMALL", "base64 text is too long"),
  0x002C: error("BASE64_INVALID_CHARACTER", "there is a character that base64 has not", CHECK_PEM),
  0x002E: error("OID_NOT_FOUND", "an algorithm is unknown"),
  0x0034: error("CTR_DRBG_ENTROPY_SOURCE_FAILED", "the system gave no random numbers"),
  0x003C: error("ENTROPY_SOURCE_FAILED", "the system gave no random numbers"),
  0x0042: error("NET_SOCKET_FAILED", "a socket could not be opened"),
  0x0044: error("NET_CONNECT_FAILED", "the connection failed"),
  0x004C: error("NET_RECV_FAILED", "nothing could be received"),
  0x004E: error("NET_SEND_FAILED", "nothing could be sent"),
  0x0050: error("NET_CONN_RESET", "the other side reset the connection"),
  0x0052: error("NET_UNKNOWN_HOST", "the host name has no address"),
  0x0056: error("CHACHAPOLY_AUTH_FAILED", "a record was changed on its way", BAD_PACKETS),
  0x0060: error("ASN1_OUT_OF_DATA", "it is cut off"),
  0x0062: error("ASN1_UNEXPECTED_TAG", "it has another structure than it should"),
  0x0064: error("ASN1_INVALID_LENGTH", "a length in it is wrong"),
  0x0066: error("ASN1_LENGTH_MISMATCH", "its length is not what it says"),
  0x0068: error("ASN1_INVALID_DATA", "a value in it is wrong"),
  0x006A: error("ASN1_ALLOC_FAILED", "not enough memory", OUT_OF_MEMORY),
  0x006E: error("ERROR_CORRUPTION_DETECTED", "mbedTLS met a state that it should never be in"),
  0x0072: error("PLATFORM_FEATURE_UNSUPPORTED", "the platform cannot do that"),
};

function error(name: string, meaning: string, cure: string | null = null): MbedTlsError {
  return { name, meaning, cure };
}
