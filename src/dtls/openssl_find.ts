/**
 * Where the two libraries of OpenSSL 3 may be, by system, and what to install where they are not.
 * Only names: `openssl.ts` tries them in order.
 */

/** The two files of one installation; a bare name is left to the system's loader. */
export interface LibraryPair {
  readonly crypto: string;
  readonly ssl: string;
}

/** The system that the program runs on, as `Deno.build` has it. */
export interface BuildTarget {
  readonly os: string;
  readonly arch: string;
}

/** The variable that names another library: the file of libssl, or the folder with both files. */
export const LIBRARY_VARIABLE = "PACKETPEER_LIBSSL";

const MACOS_FOLDERS = [
  "/opt/homebrew/opt/openssl@3/lib/",
  "/usr/local/opt/openssl@3/lib/",
  "/opt/local/libexec/openssl3/lib/",
  "/opt/local/lib/",
  "",
];

const WINDOWS_FOLDERS = [
  "",
  "C:\\Program Files\\OpenSSL-Win64\\bin\\",
  "C:\\Program Files\\OpenSSL-Win64-ARM\\bin\\",
  "C:\\Program Files\\OpenSSL\\bin\\",
  "C:\\Program Files\\FireDaemon OpenSSL 3\\bin\\",
  "C:\\Program Files\\Git\\mingw64\\bin\\",
];

/** Endings of the file names; FreeBSD's base system numbers them by release. */
const UNIX_ENDINGS = ["so.3", "so.35", "so.30"];

/**
 * The pairs to try, in order: what `location` names (a file or a folder), or, without it, the usual
 * places of the system.
 */
export function libraryCandidates(target: BuildTarget, location = ""): readonly LibraryPair[] {
  if (location === "") return usualFolders(target).flatMap((folder) => pairsIn(folder, target));
  if (isLibraryFile(location)) return [pairOfFile(location)];
  const separator = target.os === "windows" ? "\\" : "/";
  const folder = /[\\/]$/.test(location) ? location : location + separator;
  return pairsIn(folder, target);
}

/** What to do on this system to get the library, as one sentence without its full stop. */
export function installHint({ os }: BuildTarget): string {
  const install = os === "darwin"
    ? "brew install openssl@3"
    : os === "windows"
    ? "winget install ShiningLight.OpenSSL.Light"
    : "apt install libssl3 (Debian 13 and Ubuntu 24.04: libssl3t64; Fedora: dnf install " +
      "openssl-libs; Alpine: apk add libssl3)";
  return `install OpenSSL 3: ${install}, or name libssl or its folder in ${LIBRARY_VARIABLE}`;
}

function usualFolders({ os }: BuildTarget): readonly string[] {
  if (os === "darwin") return MACOS_FOLDERS;
  return os === "windows" ? WINDOWS_FOLDERS : [""];
}

function pairsIn(folder: string, target: BuildTarget): readonly LibraryPair[] {
  return namePatterns(target).map((pattern) => ({
    crypto: folder + pattern.replace("*", "crypto"),
    ssl: folder + pattern.replace("*", "ssl"),
  }));
}

/** File names of the system, `*` for `ssl` and `crypto`. */
function namePatterns({ os, arch }: BuildTarget): readonly string[] {
  // Not libssl.dylib: macOS ends a program that loads its own unversioned one.
  if (os === "darwin") return ["lib*.3.dylib"];
  if (os !== "windows") return UNIX_ENDINGS.map((ending) => `lib*.${ending}`);
  return [`lib*-3-${arch === "aarch64" ? "arm64" : "x64"}.dll`, "lib*-3.dll"];
}

const LIBRARY_FILE = /^(.*[\\/])?([^\\/]*)(ssl|crypto)([^\\/]*\.(?:so|dylib|dll)[.\d]*)$/i;

function isLibraryFile(location: string): boolean {
  return LIBRARY_FILE.test(location);
}

function pairOfFile(location: string): LibraryPair {
  const [, folder = "", before = "", , after = ""] = LIBRARY_FILE.exec(location) ?? [];
  return { crypto: `${folder}${before}crypto${after}`, ssl: `${folder}${before}ssl${after}` };
}
