/**
 * Looks at the frames of the protocol as they come in: where a header cannot be used nobody knows where the next message begins, and
 * the session is over.
 */

/** Bytes of one message that are waited for; the largest that any test of an editor has sent are twenty million. */
const MAX_BODY = 256 * 1024 * 1024;
/** Bytes of a header; those of editors have less than a hundred. */
const MAX_HEADER = 4096;
const HEADER_END = Buffer.from('\r\n\r\n');

/** The state between two pieces of a stream. */
export class FrameCheck {
  private header: Buffer = Buffer.alloc(0);
  /** Bytes of the current body that have not come yet. */
  private body = 0;

  /** Takes the next bytes; gives the reason where they cannot be used, one line. */
  take(bytes: Buffer): string | undefined {
    let rest = bytes;
    while (rest.length > 0) {
      const part = Math.min(this.body, rest.length);
      this.body -= part;
      rest = rest.subarray(part);
      if (rest.length === 0) return undefined;
      const found = this.readHeader(rest);
      if (typeof found !== 'object') return found;
      rest = found;
    }
    return undefined;
  }

  /** Reads on in a header; gives what stands behind it, the reason why it cannot be used, or nothing where it goes on. */
  private readHeader(bytes: Buffer): Buffer | string | undefined {
    const before = this.header.length;
    const header = Buffer.concat([this.header, bytes.subarray(0, MAX_HEADER)]);
    const end = header.indexOf(HEADER_END);
    if (end < 0 && header.length >= MAX_HEADER) return `no header ends within ${MAX_HEADER} bytes`;
    if (end < 0) {
      this.header = header;
      return undefined;
    }
    const length = contentLength(header.toString('latin1', 0, end));
    if (typeof length === 'string') return length;
    this.header = Buffer.alloc(0);
    this.body = length;
    return bytes.subarray(end + HEADER_END.length - before);
  }
}

/** Bytes of the body, or why they are not known. */
function contentLength(header: string): number | string {
  const lengths: string[] = [];
  for (const line of header.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon < 0) return 'a line of the header has no colon';
    const [name, value] = [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    if (name === 'content-length') lengths.push(value);
  }
  const [length, ...more] = lengths;
  if (length === undefined) return 'the header has no Content-Length';
  if (more.length > 0) return 'the header has more than one Content-Length';
  if (!/^\d{1,12}$/.test(length)) return 'the Content-Length is not a number of bytes';
  return Number(length) > MAX_BODY ? `the Content-Length is more than ${MAX_BODY}` : Number(length);
}
