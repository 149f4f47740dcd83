import type { Span } from './ir.js';
import { isAlways, isNever } from './scan.js';

const DIRECTIVE = /^[ \t]*#[ \t]*(if|ifdef|ifndef|elif|else|endif)\b([^\n]*)$/gm;

/** True when an offset lies in an arm of a preprocessor group inside `span` that is never compiled (`#if 0`). */
export function inDeadArm(text: string, span: Span, offset: number): boolean {
  const open: { always: boolean; dead: boolean }[] = [];
  for (const found of text.slice(span.start, offset).matchAll(DIRECTIVE)) {
    const condition = (found[2] ?? '').trim();
    const top = open.at(-1);
    if (found[1] === 'endif') open.pop();
    else if (found[1] === 'else' || found[1] === 'elif') {
      if (top) open[open.length - 1] = { ...top, dead: top.always || (found[1] === 'elif' && isNever(condition)) };
    } else {
      const never = found[1] === 'if' && isNever(condition);
      open.push({ always: found[1] === 'if' && isAlways(condition), dead: never });
    }
  }
  return open.some((group) => group.dead);
}
