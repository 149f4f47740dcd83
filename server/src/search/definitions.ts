/**
 * Names can be looked for where they seem to be defined: `foo()` stands for the files with a function or macro foo. Calls of
 * a name are many and its definitions few, so most files are never opened. Who opens one looks for the definition itself:
 * this errs towards yes.
 */

const MARK = '()';

/** What to look for to find the files that define a name. */
export function definitionOf(name: string): string {
  return name + MARK;
}

/** The name whose definitions are looked for; undefined for one that is looked for wherever it stands. */
export function definedName(wanted: string): string | undefined {
  return wanted.endsWith(MARK) ? wanted.slice(0, -MARK.length) : undefined;
}

/** A line longer than this, and a head longer than that, is taken for a definition. Bytes. */
const MAX_LINE = 400;
const MAX_HEAD = 4000;

const [NEWLINE, TAB, RETURN, SPACE] = [10, 9, 13, 32];
const [HASH, OPEN, CLOSE, EQUALS, SEMICOLON, OPEN_BRACE, CLOSE_BRACE] = [35, 40, 41, 61, 59, 123, 125];
const DEFINE = Uint8Array.from('define', (char) => char.charCodeAt(0));

/**
 * True where the name in `bytes[start .. end)` seems to be defined: behind #define, or in a line that begins at the left
 * margin, as the heads of functions do in a kernel, with a body behind its parameters.
 */
export function seemsDefined(bytes: Uint8Array, start: number, end: number, length: number): boolean {
  let line = start;
  while (line > 0 && bytes[line - 1] !== NEWLINE) {
    if (start - line > MAX_LINE) return true;
    line--;
  }
  // A block may begin in the middle of a line.
  if (line === 0) return true;
  if (bytes[line] === HASH) return isDefine(bytes, line + 1, start);
  if (line < start && !isWordStart(bytes[line] ?? 0)) return false;
  for (let at = line; at < start; at++) if (endsHead(bytes[at])) return false;
  return hasBody(bytes, end, length);
}

/** Nothing but `define` stands between the hash and the name. */
function isDefine(bytes: Uint8Array, from: number, to: number): boolean {
  let at = skipBlanks(bytes, from, to);
  for (const byte of DEFINE) if (bytes[at++] !== byte) return false;
  return skipBlanks(bytes, at, to) === to;
}

/** Parameters in brackets, and a body behind them rather than a semicolon; undecided at the end of the block. */
function hasBody(bytes: Uint8Array, from: number, length: number): boolean {
  let at = skipBlanks(bytes, from, length);
  if (at < length && bytes[at] !== OPEN) return false;
  const limit = Math.min(length, at + MAX_HEAD);
  for (let depth = 0; at < limit; at++) {
    const byte = bytes[at];
    if (byte === OPEN) depth++;
    else if (byte === CLOSE) depth--;
    else if (byte === OPEN_BRACE) return true;
    else if (endsHead(byte) && depth <= 0) return false;
  }
  return true;
}

function endsHead(byte: number | undefined): boolean {
  return byte === SEMICOLON || byte === EQUALS || byte === CLOSE_BRACE;
}

function skipBlanks(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && (bytes[at] === SPACE || bytes[at] === TAB || bytes[at] === RETURN)) at++;
  return at;
}

function isWordStart(byte: number): boolean {
  const lower = byte | 32;
  return (lower >= 97 && lower <= 122) || byte === 95;
}
