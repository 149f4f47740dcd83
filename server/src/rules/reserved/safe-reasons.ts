import type { KindSet, Reason } from '@pageref/shared';
import type { Exploration, Sides } from './sides.js';
import type { Act } from './side-outcome.js';
import type { AbstractPage } from '../../flow/domain/state.js';
import type { FunctionIr } from '../../syntax/index.js';
import { faresApart, hasAct, onlyOn, sameReturns } from './consequence.js';
import { namedSource } from './judgement.js';
import type { Here, Judgement } from './judgement.js';
import type { SourceFile } from '../../contracts/source-file.js';

/** What clears a test that a device page can reach, or leaves it open. */

/** A macro is given its page by name wherever it is used: what that page can be is not written in its body. */
export function macroBody(fn: FunctionIr, page: AbstractPage, here: Here): Judgement | undefined {
  if (fn.origin !== 'macro' || namedSource(page)) return undefined;
  const text = `What the users of ${fn.name}() hand in decides: look at each of them.`;
  return { verdict: 'unclear', reason: here('macro-body', text), confidence: 'low' };
}

/**
 * Preconditions speak backwards: where the reserved side frees boot memory, or the other side frees or splits memory of
 * the buddy or slab allocator as its owner, the test asks "memblock or buddy?", and the page was RAM all along.
 * A page from a source that is known to hand out device pages is not excused by what the code then does with it.
 */
export function bootMemory(
  file: SourceFile,
  page: AbstractPage,
  { sides, allCallers }: Exploration,
): Judgement | undefined {
  if (namedSource(page)) return undefined;
  const own = sides.filter((pair) => pair.hops === 0).map(ownerAct);
  const act = own.find((found) => found !== undefined) ?? (allCallers ? callersOwnerAct(file, sides) : undefined);
  if (act?.kind !== 'needs') return undefined;
  const isBoot = act.needs === 'boot-memory';
  const text = isBoot
    ? `The reserved side goes to ${act.name}(), which is for boot memory only: the test asks "memblock or buddy?".`
    : `Without the bit the page goes to ${act.name}(), which only an owner of buddy or slab memory may call.`;
  const reason: Reason = { contract: act.name, path: act.path, line: act.line, text };
  return { verdict: 'never-zone-device', reason, confidence: isBoot ? 'high' : 'medium' };
}

/** The operation on one side that only the owner of RAM may call. */
function ownerAct(pair: Sides): Act | undefined {
  if (!pair.reserved.complete || !pair.other.complete) return undefined;
  const boot = onlyOn(pair.reserved, pair.other).find((act) => act.kind === 'needs' && act.needs === 'boot-memory');
  return boot ?? onlyOn(pair.other, pair.reserved).find((act) => act.kind === 'needs' && act.needs === 'owner-free');
}

/**
 * The operation that only the owner of RAM may call, where the function with the test only answers and its callers act on
 * the answer: all of them must be seen, and every one must go that way.
 */
function callersOwnerAct(file: SourceFile, sides: readonly Sides[]): Act | undefined {
  const own = sides.find((pair) => pair.hops === 0);
  if (!own?.fn.static || !file.table.closed || file.table.usedOutside(own.fn.name)) return undefined;
  let found: Act | undefined;
  for (let at = 0; at < sides.length; at++) {
    if (sides[at]?.hops !== 1) continue;
    let end = at + 1;
    while ((sides[end]?.hops ?? 0) > 1) end++;
    const act = sides
      .slice(at, end)
      .map(ownerAct)
      .find((one) => one !== undefined);
    if (!act) return undefined;
    found ??= act;
  }
  return found;
}

/**
 * On the reserved side the code asks for every kind of device page that can be there, and the answer matters: such a page
 * fares differently there than boot memory does, and nothing is done to it, or kept from it, on account of the bit alone.
 */
export function handled(sides: readonly Sides[], device: KindSet): Judgement | undefined {
  const own = sides.find((pair) => pair.hops === 0);
  const asks = own
    ? onlyOn(own.reserved, own.other)
        .filter((act) => act.kind === 'asks')
        .filter((act) => act.exact)
    : [];
  const ask = asks.find((act) => act.class !== 'memory-type') ?? asks[0];
  if (!own?.plain || !ask) return undefined;
  if (!own.reserved.complete || !own.other.complete || !own.plain.complete) return undefined;
  if ((device & ~asks.reduce((covered, act) => covered | act.separated, 0)) !== 0) return undefined;
  const differs = [...onlyOn(own.other, own.reserved), ...onlyOn(own.reserved, own.other)];
  if (differs.some((act) => act.kind === 'effect')) return undefined;
  const { plain } = own;
  const alikePlain = onlyOn(own.reserved, own.other).some((act) => act.kind !== 'asks' && hasAct(plain, act));
  if (alikePlain) return undefined;
  if (ask.class !== 'memory-type' && (own.unasked || !faresApart(own.reserved, plain, own.other))) return undefined;
  const what = ask.class === 'memory-type' ? 'the memory type' : 'ZONE_DEVICE pages';
  const text = `${ask.name}() asks for ${what} on the reserved side.`;
  const reason: Reason = { contract: ask.name, path: ask.path, line: ask.line, text };
  const changes = differs.some((act) => act.kind !== 'asks') || !sameReturns(own.reserved, own.other);
  const whatIf = `Today: ${text} Then: the question would no longer be asked of ZONE_DEVICE pages.`;
  return { verdict: 'handled', reason, confidence: 'high', ...(changes && { whatIf }) };
}
