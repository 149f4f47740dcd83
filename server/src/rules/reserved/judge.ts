import { kindsIn, ZONE_DEVICE } from '@pageref/shared';
import type { KindSet, Reason, Site, Verdict } from '@pageref/shared';
import { count } from '../../syntax/counters.js';
import { reservedPage } from '../../flow/assume.js';
import { exploreSides } from './sides.js';
import type { Exploration, Sides } from './sides.js';
import type { Act } from './side-outcome.js';
import type { Evidence, State, AbstractPage, PageId } from '../../flow/domain/state.js';
import { sourceOf } from '../../flow/contract.js';
import type { Contract } from '../../flow/contract.js';
import { aliasesOf, pageOf } from '../../flow/domain/pages.js';
import { MAX_HOPS } from '../../contracts/file-analysis.js';
import type { AnalysedFunction } from '../../contracts/file-analysis.js';
import { statementAt } from '../../syntax/index.js';
import { consequenceOf, mayBalance } from './consequence.js';
import type { Consequence } from './consequence.js';
import { bootMemory, handled, macroBody } from './safe-reasons.js';
import { resolveUnseen } from './unseen.js';
import { isFollowed } from './followed-tests.js';
import { namedSource } from './judgement.js';
import type { Basis, Here, Judgement } from './judgement.js';
import type { Mention, Test } from './mention.js';
import type { SourceFile } from '../../contracts/source-file.js';

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

export interface JudgedSite {
  /** Its fingerprint depends on the other sites of the file and is put on when they are together. */
  readonly site: Omit<Site, 'fingerprint'>;
  /** What changes here when ZONE_DEVICE pages lose PG_reserved; undefined when nothing does. */
  readonly whatIf: string | undefined;
  /** For needs-zone-device only. */
  readonly basis: Basis | undefined;
}

/** The verdict on one mention. */
export function judge(file: SourceFile, mention: Mention, options: JudgeOptions): JudgedSite {
  count('judge', `${file.path}@${mention.start}`);
  const suppression = decide(file, mention, options);
  const item = file.itemAt(mention.start) ?? { start: 0, end: file.text.length };
  const site: JudgedSite['site'] = {
    ...file.place(mention.start),
    function: mention.function,
    form: mention.form,
    kind: mention.kind,
    statement: statementAt(file.text, item, mention.start),
    verdict: suppression.verdict,
    impact: suppression.impact ?? null,
    reason: suppression.reason,
    confidence: suppression.confidence,
    consequence: suppression.consequence ?? '',
    related: suppression.related ?? [],
  };
  return { site, whatIf: suppression.whatIf, basis: suppression.basis };
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
  const judged = [mention.test, ...(mention.others ?? [])].map((test) => judgeTest(file, mention, test, options, here));
  return judged.reduce((worst, one) => (danger(one) > danger(worst) ? one : worst));
}

/** A test that a ZONE_DEVICE page can reach as far as its file alone tells. */
export interface OpenTest {
  readonly test: Test;
  /** The pages of the tested page, in the flow of the test's function. */
  readonly page: readonly PageId[];
}

/** The tests of a mention on which the code of other files may have a say; none where the file alone settles the verdict. */
export function openTests(file: SourceFile, mention: Mention, options: JudgeOptions): readonly OpenTest[] {
  const { lexical, test, others = [] } = mention;
  if (lexical || !test || options.arch?.zoneDevice === false) return [];
  return [test, ...others].flatMap((one) => {
    const page = openPage(file, one, options);
    return page ? [{ test: one, page }] : [];
  });
}

function openPage(file: SourceFile, test: Test, options: JudgeOptions): readonly PageId[] | undefined {
  const reached = reachedIn(file, test, options);
  if ('why' in reached || reached.device === 0) return undefined;
  return aliasesOf(reached.analysed.context, reached.state.copy(), reached.id);
}

/** Of several readings of a test the least safe is told; one that no path reaches in its reading says nothing. */
function danger({ verdict, reason }: Judgement): number {
  if (verdict === 'needs-zone-device') return 3;
  if (verdict === 'unclear') return reason.contract === UNREACHABLE ? 0 : 2;
  return 1;
}

const UNREACHABLE = 'unreachable';

function unreadable(file: SourceFile, mention: Mention, here: Here): Judgement {
  const item = file.itemAt(mention.start);
  const unread = item && file.unread(item);
  const text = unread
    ? `${unread.name}() could not be read (${unread.why}): look at it by hand.`
    : 'Not inside a function that could be read: look at it by hand.';
  return { verdict: 'unclear', reason: here('not-analysed', text), confidence: 'low' };
}

/** A range the function compares with is the range its callers mean: the zone of a walk may be that of a device page. */
function restsOnCallers(page: AbstractPage): boolean {
  return page.cuts.at(-1)?.class === 'range';
}

/** The tested page as the flow has it, or why it could not be followed there. */
type Reached =
  | { readonly why: string; readonly text: string }
  | {
      readonly analysed: AnalysedFunction;
      /** Before the test, with what evaluating its operands tells. */
      readonly state: State;
      readonly id: PageId;
      readonly page: AbstractPage;
      readonly device: KindSet;
    };

/** What the function settles by itself needs no look at its callers. */
function reachedIn(file: SourceFile, test: Test, options: JudgeOptions): Reached {
  const alone = reachedBy(file, test, 0, options);
  const settled = 'why' in alone || (alone.device === 0 && !restsOnCallers(alone.page));
  return settled ? alone : reachedBy(file, test, MAX_HOPS, options);
}

function reachedBy(file: SourceFile, test: Test, hops: number, options: JudgeOptions): Reached {
  const { context, flow } = file.analysis.analyse(test.fn, hops);
  const state = flow.before.get(test.node.id)?.copy();
  if (!state) return { why: UNREACHABLE, text: 'No path through the function reaches this test.' };
  const id = reservedPage(context, state, test.node.condition);
  if (id === undefined) {
    return { why: 'unknown-page', text: 'The tested page could not be followed: look at where it comes from.' };
  }
  if (flow.cfg.uncertain !== undefined) {
    return {
      why: 'unknown-jump',
      text: `The ways through ${test.fn.name}() are not all known: ${flow.cfg.uncertain}.`,
    };
  }
  if (!flow.complete) {
    return tooTangled('The function is too tangled to be followed to the end within the bounds of the analysis.');
  }
  const page = pageOf(context, state, id);
  const device = (page.kinds | page.cutByReservedBit) & options.deviceKinds & ZONE_DEVICE;
  return { analysed: { context, flow }, state, id, page, device };
}

function tooTangled(text: string): { readonly why: string; readonly text: string } {
  return { why: 'too-complex', text };
}

/** The refinements of the test's own operands happened while it was evaluated: the walk down both sides starts from them. */
function explore(file: SourceFile, { node }: Test, reached: Exclude<Reached, { why: string }>): Exploration {
  const { context, flow } = reached.analysed;
  const before = new Map(flow.before).set(node.id, reached.state);
  return exploreSides(file.analysis, { context, flow: { ...flow, before } }, node, reached.id, reached.device);
}

function judgeTest(file: SourceFile, mention: Mention, test: Test, options: JudgeOptions, here: Here): Judgement {
  const reached = reachedIn(file, test, options);
  if ('why' in reached) return { verdict: 'unclear', reason: here(reached.why, reached.text), confidence: 'low' };
  const { analysed, page, device } = reached;
  if (device === 0) return excluded(file, test.node.whole, page, () => byItself(file, test, options));
  // Where the tree no longer marks them, no ZONE_DEVICE page is on the reserved side.
  if ((device & analysed.context.vocabulary.reservedRow.whenTrue) === 0) return unmarked(here);
  if (!isFollowed(test, file.analysis.vocabulary)) {
    const { why, text } = tooTangled(
      'The function tests the bit so often that what comes of this test is not followed.',
    );
    return { verdict: 'unclear', reason: here(why, text), confidence: 'low' };
  }
  const explored = explore(file, test, reached);
  return (
    bootMemory(file, page, explored) ??
    handled(explored.sides, device) ??
    macroBody(test.fn, page, here) ??
    needs(file, mention, { test, context: analysed.context, page, device }, explored.sides, here)
  );
}

/** What the function shows of the page whoever calls it: that holds for callers that were not seen, too. */
function byItself(file: SourceFile, test: Test, options: JudgeOptions): Judgement | undefined {
  const alone = reachedBy(file, test, 0, options);
  if ('why' in alone || alone.device === 0 || !isFollowed(test, file.analysis.vocabulary)) return undefined;
  const explored = explore(file, test, alone);
  return bootMemory(file, alone.page, explored) ?? handled(explored.sides, alone.device);
}

function unmarked(here: Here): Judgement {
  const text = 'ZONE_DEVICE pages do not carry PG_reserved in this tree: the test is false for them as for other RAM.';
  return { verdict: 'never-zone-device', reason: here('unmarked-zone-device', text), confidence: 'high' };
}

/**
 * No ZONE_DEVICE kind reaches the test: by a refinement, by the source, or by the callers.
 * @param byItself what the function shows without its callers
 */
function excluded(
  file: SourceFile,
  whole: { start: number; end: number },
  page: AbstractPage,
  byItself: () => Judgement | undefined,
): Judgement {
  const removal = page.cuts.at(-1);
  const because = removal ?? page.origin;
  const reason: Reason = {
    contract: because.contract,
    path: because.path ?? file.path,
    line: because.line ?? file.place(because.at).line,
    text: `${exclusionText(because)}${doubtText(page.doubt)}`,
  };
  if (because.role === 'caller') {
    return byItself() ?? { verdict: 'never-zone-device', reason, confidence: 'medium' };
  }
  const sure = page.doubt ? 'medium' : 'high';
  if (because.role === 'provenance' || because.role === 'unknown' || because.role === 'parameter') {
    return { verdict: 'never-zone-device', reason, confidence: sure };
  }
  const sameCondition = because.condition?.start === whole.start && because.condition.end === whole.end;
  if (sameCondition && because.class === 'zone-device') {
    return { verdict: 'handled', reason, confidence: sure };
  }
  if (because.isDoubtful) return { verdict: 'guarded', reason, confidence: 'low' };
  return { verdict: 'guarded', reason, confidence: because.class === 'range' || page.fromNeighbour ? 'medium' : sure };
}

/** What would have to happen for a proof not to hold. */
function doubtText(doubt: AbstractPage['doubt']): string {
  if (!doubt) return '';
  return ` That holds unless ${doubt.writer}() changes ${doubt.place}, whose address ${doubt.keeper}() was handed.`;
}

/** Functions are written with brackets, flags and types without. */
function named(contract: string): string {
  return /^[A-Z0-9_]+$/.test(contract) || !contract.includes('_') ? contract : `${contract}()`;
}

function exclusionText(because: Evidence): string {
  switch (because.role) {
    case 'caller':
      return `No caller hands in a ZONE_DEVICE page: ${because.text ?? because.contract}.`;
    case 'filter':
      return `${because.contract}() never gives a ZONE_DEVICE page in this release.`;
    case 'refinement':
      if (because.isDoubtful) {
        return `${named(because.contract)} leaves out ZONE_DEVICE pages, but the struct page it reads may not be initialised.`;
      }
      return `${named(because.contract)} has ruled out ZONE_DEVICE pages before the test.`;
    default:
      return `A page that comes from ${named(because.contract)} is never a ZONE_DEVICE page.`;
  }
}

function needs(
  file: SourceFile,
  mention: Mention,
  reached: Pick<Basis, 'test' | 'context' | 'page' | 'device'>,
  explored: readonly Sides[],
  here: Here,
): Judgement {
  const { sides, unclear } = resolveUnseen(file, explored);
  if (unclear) return unclear;
  const { page, device } = reached;
  const source = namedSource(page);
  if (!source && mayBalance(sides)) return balanced(here);
  const consequence = consequenceOf(sides, source?.contract, mention.function);
  const left = kindsIn(kindsSaid(file, source ?? page.origin, consequence, device)).join(', ');
  const reason: Reason = source
    ? {
        contract: source.contract,
        path: source.path ?? file.path,
        line: source.line ?? file.place(source.at).line,
        text:
          source.role === 'caller'
            ? `${source.text ?? source.contract}, and nothing before the test rules out ZONE_DEVICE (${left}).`
            : `The page comes from ${sourceName(file, source.contract)}, which can give a ZONE_DEVICE page (${left}), and nothing rules it out.`,
      }
    : here(
        page.origin.contract,
        `${whereFrom(file, page.origin)}, and nothing before the test rules out ZONE_DEVICE (${left}).`,
      );
  return {
    verdict: 'needs-zone-device',
    reason,
    confidence: source ? 'high' : 'medium',
    impact: consequence.impact,
    consequence: consequence.text,
    related: consequence.related,
    whatIf: whatIfText(consequence),
    basis: { ...reached, source, consequence },
  };
}

function balanced(here: Here): Judgement {
  const text = 'One side takes and drops references; whether one from before the test goes was not followed.';
  return { verdict: 'unclear', reason: here('own-references', text), confidence: 'low' };
}

/**
 * The kinds a person is told of: those of the source that is named, and where it is a leak those that the source takes
 * references on. Others may reach the test from elsewhere.
 */
function kindsSaid(
  file: SourceFile,
  { gives, contract: name }: Evidence,
  { skipped }: Consequence,
  device: KindSet,
): KindSet {
  const given = device & (gives ?? device);
  const leaks = skipped.some((act) => act.kind === 'effect' && act.does === 'release');
  const contract = leaks ? file.analysis.contractOf(name) : undefined;
  const taken = given & takenKinds(contract);
  return taken || given || device;
}

/** The kinds of page on which a call takes references. */
function takenKinds(contract: Contract | undefined): KindSet {
  return (contract?.effects ?? [])
    .filter(({ does }) => does === 'acquire')
    .reduce((sum, { on, affected }) => sum | (affected & (sourceOf(contract, on)?.kinds ?? affected)), 0);
}

/** A source as a person knows it: a macro that stands for several functions with their names. */
function sourceName(file: SourceFile, contract: string): string {
  const names = file.analysis.contractOf(contract)?.aliasOf?.map((name) => `${name}()`);
  return names ? `${contract}() (${names.join(' or ')})` : `${contract}()`;
}

function whereFrom(file: SourceFile, { role, contract, at }: Evidence): string {
  if (role === 'parameter') return `The page is what callers pass as "${contract}"`;
  if (contract === 'unknown') return 'Where the page comes from is not known';
  // A call stands where it says; the name of a place is given for the whole function.
  return `The page comes from ${contract}${file.text.startsWith(contract, at) ? '()' : ''}`;
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
