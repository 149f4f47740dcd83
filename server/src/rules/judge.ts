import { kindsIn, ZONE_DEVICE } from '@pageref/shared';
import type { Confidence, Impact, KindSet, Reason, RelatedPlace, Site, Verdict } from '@pageref/shared';
import { reservedThing } from '../semantics/assume.js';
import { exploreSides } from '../semantics/explore.js';
import type { Act, Exploration, Sides } from '../semantics/explore.js';
import type { Because, Thing } from '../semantics/state.js';
import { thingOf } from '../semantics/things.js';
import type { AnalysedFunction } from '../semantics/unit.js';
import type { FunctionIr } from '../syntax/index.js';
import { consequenceOf, faresApart, hasAct, onlyOn, sameReturns } from './consequence.js';
import type { Consequence } from './consequence.js';
import type { Mention } from './mentions.js';
import type { SourceFile } from './source.js';

/** What the tree says of the arch a file belongs to. */
export interface ArchVerdict {
  readonly zoneDevice: boolean;
  readonly why: string;
  readonly path: string;
  readonly line: number;
}

export interface JudgeOptions {
  /** ZONE_DEVICE kinds that exist in the release and tree. */
  readonly deviceKinds: KindSet;
  /** Undefined where the tree says nothing: taken as able. */
  readonly arch: ArchVerdict | undefined;
}

/** A verdict before it is tied to its mention. */
interface Judgement {
  readonly verdict: Verdict;
  readonly reason: Reason;
  readonly confidence: Confidence;
  readonly impact?: Impact;
  readonly consequence?: string;
  readonly related?: readonly RelatedPlace[];
  readonly whatIf?: string;
}

export interface JudgedSite {
  readonly site: Site;
  /** What changes here when ZONE_DEVICE pages lose PG_reserved; undefined when nothing does. */
  readonly whatIf: string | undefined;
}

/** The verdict on one mention. */
export function judge(file: SourceFile, mention: Mention, options: JudgeOptions): JudgedSite {
  const judgement = decide(file, mention, options);
  const site: Site = {
    ...file.place(mention.start),
    function: mention.function,
    form: mention.form,
    kind: mention.kind,
    verdict: judgement.verdict,
    impact: judgement.impact ?? null,
    reason: judgement.reason,
    confidence: judgement.confidence,
    consequence: judgement.consequence ?? '',
    related: judgement.related ?? [],
  };
  return { site, whatIf: judgement.whatIf };
}

function decide(file: SourceFile, mention: Mention, options: JudgeOptions): Judgement {
  const { line } = file.place(mention.start);
  const here = (contract: string, text: string): Reason => ({ contract, path: file.path, line, text });
  if (mention.lexical) {
    const reason = here(mention.lexical.contract, mention.lexical.text);
    const verdict: Verdict =
      mention.kind === 'assertion' ? 'assertion-only' : mention.kind === 'copy' ? 'copy-only' : 'not-a-test';
    return { verdict, reason, confidence: 'high' };
  }
  if (options.arch && !options.arch.zoneDevice) {
    const { why, path, line: at } = options.arch;
    return {
      verdict: 'no-zone-device-arch',
      reason: { contract: 'arch-kconfig', path, line: at, text: why },
      confidence: 'high',
    };
  }
  if (!mention.test) return unreadable(file, mention, here);
  const analysed = file.unit.analyse(mention.test.fn);
  return judgeTest(file, mention, mention.test, analysed, options, here);
}

type Here = (contract: string, text: string) => Reason;

function unreadable(file: SourceFile, mention: Mention, here: Here): Judgement {
  const item = file.itemAt(mention.start);
  const unread = item && file.unread(item);
  const text = unread
    ? `${unread.name}() could not be read (${unread.why}): look at it by hand.`
    : 'Not inside a function that could be read: look at it by hand.';
  return { verdict: 'unclear', reason: here('not-analysed', text), confidence: 'low' };
}

function judgeTest(
  file: SourceFile,
  mention: Mention,
  test: NonNullable<Mention['test']>,
  analysed: AnalysedFunction,
  options: JudgeOptions,
  here: Here,
): Judgement {
  const { context, flow } = analysed;
  const state = flow.before.get(test.node.id)?.copy();
  if (!state) {
    const text = 'No path through the function reaches this test.';
    return { verdict: 'unclear', reason: here('unreachable', text), confidence: 'low' };
  }
  const id = reservedThing(context, state, test.node.condition);
  if (id === undefined) {
    const text = 'The tested page could not be followed: look at where it comes from.';
    return { verdict: 'unclear', reason: here('unknown-page', text), confidence: 'low' };
  }
  if (!flow.complete) {
    const text = 'The function is too tangled to be followed to the end within the bounds of the analysis.';
    return { verdict: 'unclear', reason: here('too-complex', text), confidence: 'low' };
  }
  const thing = thingOf(context, state, id);
  const device = (thing.kinds | thing.byBit) & options.deviceKinds & ZONE_DEVICE;
  if (device === 0) return excluded(file, test.node.whole, thing);
  // The refinements of the test's own operands happened while it was evaluated: the walk down both sides starts from them.
  const before = new Map(flow.before).set(test.node.id, state);
  const explored = exploreSides(file.unit, { context, flow: { ...flow, before } }, test.node, id, device);
  const { sides } = explored;
  return (
    bootMemory(file, thing, explored) ??
    handled(sides, device) ??
    macroBody(test.fn, thing, here) ??
    needs(file, mention, thing, device, sides, here)
  );
}

/** No ZONE_DEVICE kind reaches the test: by a refinement, by the source, or by the callers. */
function excluded(file: SourceFile, whole: { start: number; end: number }, thing: Thing): Judgement {
  const removal = thing.removals.at(-1);
  const because = removal ?? thing.origin;
  const reason: Reason = {
    contract: because.contract,
    path: because.path ?? file.path,
    line: because.line ?? file.place(because.at).line,
    text: exclusionText(because),
  };
  if (because.role === 'caller') {
    return { verdict: 'never-zone-device', reason, confidence: 'medium' };
  }
  if (because.role === 'provenance' || because.role === 'unknown' || because.role === 'parameter') {
    return { verdict: 'never-zone-device', reason, confidence: 'high' };
  }
  const sameCondition = because.condition?.start === whole.start && because.condition.end === whole.end;
  if (sameCondition && because.class === 'zone-device') {
    return { verdict: 'handled', reason, confidence: 'high' };
  }
  return { verdict: 'guarded', reason, confidence: because.class === 'range' || thing.carried ? 'medium' : 'high' };
}

/** Functions are written with brackets, flags and types without. */
function named(contract: string): string {
  return /^[A-Z0-9_]+$/.test(contract) || !contract.includes('_') ? contract : `${contract}()`;
}

function exclusionText(because: Because): string {
  switch (because.role) {
    case 'caller':
      return `No caller hands in a ZONE_DEVICE page: ${because.text ?? because.contract}.`;
    case 'filter':
      return `${because.contract}() never gives a ZONE_DEVICE page in this release.`;
    case 'refinement':
      return `${named(because.contract)} has ruled out ZONE_DEVICE pages before the test.`;
    default:
      return `A page that comes from ${named(because.contract)} is never a ZONE_DEVICE page.`;
  }
}

/** A macro is given its page by name wherever it is used: what that page can be is not written in its body. */
function macroBody(fn: FunctionIr, thing: Thing, here: Here): Judgement | undefined {
  if (fn.origin !== 'macro' || namedSource(thing)) return undefined;
  const text = `What the users of ${fn.name}() hand in decides: look at each of them.`;
  return { verdict: 'unclear', reason: here('macro-body', text), confidence: 'low' };
}

/**
 * Preconditions speak backwards: where the reserved side frees boot memory, or the other side frees or splits memory of
 * the buddy or slab allocator as its owner, the test asks "memblock or buddy?", and the page was RAM all along.
 * A page from a source that is known to hand out device pages is not excused by what the code then does with it.
 */
function bootMemory(file: SourceFile, thing: Thing, { sides, allCallers }: Exploration): Judgement | undefined {
  if (namedSource(thing)) return undefined;
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

/** The same, where the answer is acted on by callers: all of them must be seen, and every one must go that way. */
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
function handled(sides: readonly Sides[], device: KindSet): Judgement | undefined {
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

function needs(
  file: SourceFile,
  mention: Mention,
  thing: Thing,
  device: KindSet,
  sides: readonly Sides[],
  here: Here,
): Judgement {
  const source = namedSource(thing);
  const consequence = consequenceOf(sides, source?.contract, mention.function);
  const left = kindsIn(device).join(', ');
  const reason: Reason = source
    ? {
        contract: source.contract,
        path: source.path ?? file.path,
        line: source.line ?? file.place(source.at).line,
        text:
          source.role === 'caller'
            ? `${source.text ?? source.contract}, and nothing before the test rules out ZONE_DEVICE (${left}).`
            : `The page comes from ${source.contract}(), which can give a ZONE_DEVICE page (${left}), and nothing rules it out.`,
      }
    : here(
        thing.origin.contract,
        `${whereFrom(thing.origin)}, and nothing before the test rules out ZONE_DEVICE (${left}).`,
      );
  return {
    verdict: 'needs-zone-device',
    reason,
    confidence: source ? 'high' : 'medium',
    impact: consequence.impact,
    consequence: consequence.text,
    related: consequence.related,
    whatIf: whatIfText(consequence),
  };
}

/** The source a page is known to come from: the filter it went through last, or where it was made. */
function namedSource(thing: Thing): Because | undefined {
  const filter = thing.removals.findLast((because) => because.role === 'filter');
  if (filter) return filter;
  const { role } = thing.origin;
  return role === 'provenance' || role === 'filter' || role === 'caller' ? thing.origin : undefined;
}

function whereFrom(origin: Because): string {
  if (origin.role === 'parameter') return `The page is what callers pass as "${origin.contract}"`;
  return origin.contract === 'unknown'
    ? 'Where the page comes from is not known'
    : `The page comes from ${origin.contract}`;
}

/** What starts and stops happening to device pages once they no longer carry the bit. */
function whatIfText(consequence: Consequence): string {
  const names = (acts: readonly Act[]): string =>
    [...new Set(acts.filter((act) => act.kind !== 'asks').map((act) => `${act.name}()`))].slice(0, 4).join(', ');
  const [starts, stops] = [names(consequence.skipped), names(consequence.added)];
  const parts = [
    starts && `${starts} would start to happen to ZONE_DEVICE pages`,
    stops && `${stops} would stop`,
  ].filter((part) => part !== '');
  const change = parts.length > 0 ? `${parts.join('; ')}.` : 'ZONE_DEVICE pages would take the other side of the test.';
  return `Today: ${consequence.text} Then: ${change}`;
}
