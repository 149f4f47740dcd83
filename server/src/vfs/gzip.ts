import { gunzipSync, gzipSync } from 'node:zlib';

/** JSON is a tenth of its size then; the fastest level is enough. */
export function gzip(text: string): Buffer {
  return gzipSync(text, { level: 1 });
}

/** The text; undefined for bytes that are none. Never throws. */
export function gunzip(bytes: Uint8Array): string | undefined {
  try {
    return gunzipSync(bytes).toString('utf8');
  } catch {
    return undefined;
  }
}
