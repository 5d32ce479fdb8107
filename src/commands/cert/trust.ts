/** Whether a chain of certificates would be accepted, without a handshake that depends on it. */

import type { CertificateInfo } from "../../dtls/certificate.ts";
import { SecureContext } from "../../dtls/context.ts";
import type { OpenSsl } from "../../dtls/openssl.ts";
import { decideTrust, type TrustVerdict } from "../../dtls/trust.ts";
import type { ChainProblem } from "../../dtls/verify_words.ts";
import { PeerError, UsageError } from "../../errors.ts";
import type { TrustQuestion } from "../security/trust_options.ts";

/** What there is to say about a chain. */
export interface TrustExamination {
  readonly verdict: TrustVerdict;
  /** Objections to the chain. */
  readonly chain: readonly ChainProblem[];
  /** True also where no name was asked for. */
  readonly isForHost: boolean;
  /** The name that was asked for; null for none. */
  readonly host: string | null;
}

/**
 * Judges a chain, the peer's own certificate first. `host` is looked for unless the question names
 * another. Throws `UsageError` for a CA file that is not usable.
 */
export function examineTrust(
  openssl: OpenSsl,
  [leaf, ...others]: readonly [CertificateInfo, ...CertificateInfo[]],
  { ca, serverName, pins }: Pick<TrustQuestion, "ca" | "serverName" | "pins">,
  host: string | null,
): TrustExamination {
  const asked = serverName ?? host;
  using context = trustingContext(openssl, ca);
  const peer = context.examine(leaf.der, others.map(({ der }) => der), asked);
  const chain = context.relevant(peer.chain);
  const verdict = decideTrust(
    { host: asked, port: 0, isForHost: peer.isForHost, chain, certificate: () => leaf },
    { pins, isInsecure: false, verify: null },
  );
  return { verdict, chain, isForHost: peer.isForHost, host: asked };
}

function trustingContext(openssl: OpenSsl, ca: TrustQuestion["ca"]): SecureContext {
  try {
    return SecureContext.client(openssl, { protocol: "tls", ...(ca === null ? {} : { ca }) });
  } catch (error) {
    // To the engine it is an endpoint's; here it is an input of the user's.
    if (error instanceof PeerError) throw new UsageError(error.message, error.code);
    throw error;
  }
}
