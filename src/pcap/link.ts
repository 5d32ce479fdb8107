/**
 * The link layer: Ethernet with VLAN tags (802.1Q, 802.1ad) and LLC/SNAP, Linux cooked captures v1
 * and v2, BSD loopback, and frames that begin with the IP header. Link types are numbered as on
 * tcpdump.org ("LINKTYPE_"). Other payloads than IPv4 and IPv6 end here.
 */

import type { Frame, Layer } from "./frame.ts";
import { ipv4, ipv6 } from "./ip.ts";

const ETHERNET_HEADER_SIZE = 14;
const VLAN_TAG_SIZE = 4;
const SNAP_HEADER_SIZE = 8;
/** Smaller values of the EtherType field are lengths of 802.3 frames. */
const MIN_ETHER_TYPE = 0x0600;
/** `aa aa 03` and organisation 0: an EtherType follows. */
const SNAP_PREFIX = 0xaaaa0300;
/** More tags than any network nests: the frame is garbage. */
const MAX_VLAN_TAGS = 4;
const COOKED_HEADER_SIZE = 16;
const COOKED_V2_HEADER_SIZE = 20;
const LOOPBACK_HEADER_SIZE = 4;

/** The layer that reads frames of a link type; null when the type is not supported. */
export function linkLayer(linkType: number): Layer | null {
  switch (linkType) {
    case 0: // NULL
    case 108: // LOOP
      return loopback;
    case 1:
      return ethernet;
    case 12: // RAW, as some BSDs number it
    case 14: // RAW, as OpenBSD numbers it
    case 101: // RAW
    case 228: // IPV4
    case 229: // IPV6
      return rawIp;
    case 113:
      return linuxCooked;
    case 276:
      return linuxCookedV2;
    default:
      return null;
  }
}

function ethernet(frame: Frame): Layer | null {
  frame.enter("eth");
  if (!frame.need(ETHERNET_HEADER_SIZE, "Ethernet header")) return null;
  const etherType = frame.view.getUint16(frame.start + 12);
  frame.start += ETHERNET_HEADER_SIZE;
  return etherType < MIN_ETHER_TYPE ? snap(frame) : layerOf(etherType);
}

function snap(frame: Frame): Layer | null {
  const { view, start } = frame;
  if (frame.end - start < SNAP_HEADER_SIZE) return null;
  if (view.getUint32(start) !== SNAP_PREFIX || view.getUint16(start + 4) !== 0) return null;
  frame.start += SNAP_HEADER_SIZE;
  return layerOf(view.getUint16(start + 6));
}

function vlan(frame: Frame): Layer | null {
  const tags = frame.path.names.filter((name) => name === "vlan").length;
  if (tags === MAX_VLAN_TAGS) {
    frame.refuse("bad-header", `more than ${MAX_VLAN_TAGS} VLAN tags`);
    return null;
  }
  frame.enter("vlan");
  if (!frame.need(VLAN_TAG_SIZE, "VLAN tag")) return null;
  const etherType = frame.view.getUint16(frame.start + 2);
  frame.start += VLAN_TAG_SIZE;
  return layerOf(etherType);
}

function linuxCooked(frame: Frame): Layer | null {
  frame.enter("sll");
  if (!frame.need(COOKED_HEADER_SIZE, "Linux cooked header")) return null;
  const etherType = frame.view.getUint16(frame.start + 14);
  frame.start += COOKED_HEADER_SIZE;
  return layerOf(etherType);
}

function linuxCookedV2(frame: Frame): Layer | null {
  frame.enter("sll2");
  if (!frame.need(COOKED_V2_HEADER_SIZE, "Linux cooked v2 header")) return null;
  const etherType = frame.view.getUint16(frame.start);
  frame.start += COOKED_V2_HEADER_SIZE;
  return layerOf(etherType);
}

/**
 * The header is the address family in the byte order of the capturing machine (NULL) or of the
 * network (LOOP). All families are below 65,536, so the value itself says which it is.
 */
function loopback(frame: Frame): Layer | null {
  frame.enter("null");
  if (!frame.need(LOOPBACK_HEADER_SIZE, "Loopback header")) return null;
  const bigEndian = frame.view.getUint32(frame.start);
  const family = bigEndian <= 0xffff ? bigEndian : frame.view.getUint32(frame.start, true);
  frame.start += LOOPBACK_HEADER_SIZE;
  switch (family) {
    case 2:
      return ipv4;
    case 10: // Linux
    case 24: // NetBSD, OpenBSD
    case 28: // FreeBSD
    case 30: // macOS
      return ipv6;
    default:
      return null;
  }
}

function rawIp(frame: Frame): Layer | null {
  frame.enter("raw");
  if (!frame.need(1, "IP header")) return null;
  switch (frame.view.getUint8(frame.start) >> 4) {
    case 4:
      return ipv4;
    case 6:
      return ipv6;
    default:
      frame.refuse("bad-header", "neither an IPv4 nor an IPv6 header");
      return null;
  }
}

function layerOf(etherType: number): Layer | null {
  switch (etherType) {
    case 0x0800:
      return ipv4;
    case 0x86dd:
      return ipv6;
    case 0x8100:
    case 0x88a8:
    case 0x9100: // QinQ before 802.1ad
      return vlan;
    default:
      return null;
  }
}
