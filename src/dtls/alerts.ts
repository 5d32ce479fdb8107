/**
 * TLS alerts in words: their names (RFC 5246 7.2, RFC 8446 6, RFC 6066 9) and what each most likely
 * means to somebody who runs a game server. Formatting only.
 */

/** One alert: what it is called and what it tells. */
export interface AlertWords {
  readonly name: string;
  /** What the one who sent it objects to. */
  readonly meaning: string;
}

const ALERTS: Readonly<Record<number, AlertWords>> = {
  0: { name: "close_notify", meaning: "the connection ends in order" },
  10: { name: "unexpected_message", meaning: "a message came that does not belong there" },
  20: { name: "bad_record_mac", meaning: "a record was damaged or has the wrong key" },
  21: { name: "decryption_failed", meaning: "a record could not be decrypted" },
  22: { name: "record_overflow", meaning: "a record was too long" },
  30: { name: "decompression_failure", meaning: "a record could not be decompressed" },
  40: {
    name: "handshake_failure",
    meaning: "no cipher, curve or signature that both sides accept, or no client certificate",
  },
  41: { name: "no_certificate", meaning: "there is no certificate to send" },
  42: { name: "bad_certificate", meaning: "the certificate is broken or not for this host name" },
  43: { name: "unsupported_certificate", meaning: "the certificate is of a kind not supported" },
  44: { name: "certificate_revoked", meaning: "the certificate was revoked" },
  45: { name: "certificate_expired", meaning: "the certificate is out of its dates" },
  46: { name: "certificate_unknown", meaning: "the certificate is not accepted" },
  47: { name: "illegal_parameter", meaning: "a field has a value that it may not have" },
  48: { name: "unknown_ca", meaning: "the certificate's issuer is not trusted" },
  49: { name: "access_denied", meaning: "the certificate is good, but not let in" },
  50: { name: "decode_error", meaning: "a message could not be read" },
  51: { name: "decrypt_error", meaning: "a signature or a Finished message is wrong" },
  60: { name: "export_restriction", meaning: "export rules forbid this" },
  70: { name: "protocol_version", meaning: "no protocol version that both sides accept" },
  71: { name: "insufficient_security", meaning: "stronger ciphers are required" },
  80: { name: "internal_error", meaning: "something failed inside" },
  86: { name: "inappropriate_fallback", meaning: "an older version was asked for than needed" },
  90: { name: "user_canceled", meaning: "the handshake was given up" },
  100: { name: "no_renegotiation", meaning: "there is no renegotiation" },
  109: { name: "missing_extension", meaning: "a required extension is not there" },
  110: { name: "unsupported_extension", meaning: "an extension came that was not offered" },
  111: { name: "certificate_unobtainable", meaning: "a certificate could not be fetched" },
  112: { name: "unrecognized_name", meaning: "there is no server of that name (SNI)" },
  113: { name: "bad_certificate_status_response", meaning: "the OCSP response is not good" },
  114: { name: "bad_certificate_hash_value", meaning: "a certificate's hash does not match" },
  115: { name: "unknown_psk_identity", meaning: "no such pre-shared key" },
  116: { name: "certificate_required", meaning: "a client certificate is required" },
  120: { name: "no_application_protocol", meaning: "no application protocol (ALPN) in common" },
};

/** The alert's name and meaning; unknown ones are named by their number. */
export function alertWords(description: number): AlertWords {
  return ALERTS[description] ??
    { name: `alert_${description}`, meaning: "an alert that no standard names" };
}

/** As `bad_certificate (42): the certificate is broken or not for this host name`. */
export function formatAlert(description: number): string {
  const { name, meaning } = alertWords(description);
  return `${name} (${description}): ${meaning}`;
}
