import { isUtf8 } from 'node:buffer';

/**
 * Names of files as text. On Linux a name is bytes; those that are no UTF-8 stand here as lone surrogates, U+DC80 for byte 0x80
 * to U+DCFF for 0xFF, which no UTF-8 gives: the name can be shown, compared, kept as JSON, and made bytes again.
 */

const FIRST = 0xdc00;

export function nameOf(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isUtf8(buffer)) return buffer.toString('utf8');
  let name = '';
  for (let at = 0; at < buffer.length;) {
    const length = characterAt(buffer, at);
    name += length === 0 ? String.fromCharCode(FIRST + (buffer[at] ?? 0)) : buffer.toString('utf8', at, at + length);
    at += Math.max(1, length);
  }
  return name;
}

/** Bytes of the UTF-8 character that begins there; 0 where none does. */
function characterAt(buffer: Buffer, at: number): number {
  for (let length = 1; length <= 4 && at + length <= buffer.length; length++) {
    if (isUtf8(buffer.subarray(at, at + length))) return length;
  }
  return 0;
}

/** True for a name, or a path, that has to be handed to the system as bytes. */
export function isBytes(name: string): boolean {
  return /[\udc80-\udcff]/.test(name) && /\p{Surrogate}/u.test(name);
}

/** The path as node:fs takes it. Windows has no names of bytes. */
export function systemPath(path: string): string | Buffer {
  return process.platform === 'win32' || !isBytes(path) ? path : nameBytes(path);
}

/** The bytes that `nameOf` has made a name of. */
export function nameBytes(path: string): Buffer {
  const parts = Array.from(path, (char) => {
    const code = char.charCodeAt(0);
    const isByte = char.length === 1 && code >= FIRST + 0x80 && code <= FIRST + 0xff;
    return isByte ? Buffer.from([code - FIRST]) : Buffer.from(char, 'utf8');
  });
  return Buffer.concat(parts);
}
