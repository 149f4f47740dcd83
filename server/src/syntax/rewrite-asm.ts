import type { Rewriter } from './rewriter.js';

/**
 * Inline assembly concerns the analysis by what it writes and by where it may jump: `asm goto("..." : "=r" (x) : : : out)` is
 * read as a call `asm(x, out)`, and one that does neither is hidden.
 */
export function rewriteAsm(r: Rewriter, at: number): void {
  let open = at + 1;
  while (r.isWord(open)) open++;
  const close = r.text(open) === '(' ? (r.partner[open] ?? -1) : -1;
  if (close < 0) return;
  if (r.text(r.previous(at)) === ')' && r.text(close + 1) !== ';') r.insert(close, ';');
  const colons = topLevelColons(r, open, close);
  const [outputs = close, inputs = close, , labels = close] = colons;
  const kept = [...outputsIn(r, outputs, inputs), ...labelsIn(r, labels, close)];
  if (kept.length === 0) return r.hide(at, close);
  keepOnly(r, at, open, close, kept);
}

/** What stays of the assembly: an operand with its brackets, or a label. */
interface Kept {
  readonly from: number;
  readonly to: number;
  readonly isLabel: boolean;
}

function topLevelColons(r: Rewriter, open: number, close: number): number[] {
  const colons: number[] = [];
  for (let i = open + 1; i < close; i++) {
    if (r.text(i) === ':') colons.push(i);
    const partner = r.partner[i] ?? -1;
    if (partner > i) i = partner;
  }
  return colons;
}

/** `[name] "=r" (x), "+m" (y)`: the expressions in brackets. */
function outputsIn(r: Rewriter, from: number, to: number): Kept[] {
  const kept: Kept[] = [];
  for (let i = from + 1; i < to; i++) {
    const partner = r.partner[i] ?? -1;
    if (r.text(i) === '(' && r.tokens[i - 1]?.kind === 'string') kept.push({ from: i, to: partner, isLabel: false });
    if (partner > i) i = partner;
  }
  return kept;
}

function labelsIn(r: Rewriter, from: number, to: number): Kept[] {
  const kept: Kept[] = [];
  for (let i = from + 1; i < to; i++) if (r.isWord(i)) kept.push({ from: i, to: i, isLabel: true });
  return kept;
}

/** A comma takes the place of whatever stands in front of every kept part but the first. */
function keepOnly(r: Rewriter, at: number, open: number, close: number, kept: readonly Kept[]): void {
  r.set(at, 'Asm', 'asm');
  r.hide(at + 1, open - 1);
  let end = open;
  kept.forEach(({ from, to, isLabel }, index) => {
    r.hide(end + 1, from - 1);
    if (index > 0) r.set(from - 1, ',');
    const first = r.tokens[from];
    if (isLabel && first) first.mark = 'asm-label';
    end = to;
  });
  r.hide(end + 1, close - 1);
}
