import { kindSet, kindsIn, RESERVED_WRAPPER, VERDICT_TEXTS, ZONE_DEVICE } from '@pageref/shared';
import type { Impact, KindSet, Site, WrapperRole } from '@pageref/shared';
import type { Report, Rule, Subject } from '../rule.js';
import type { WrapperSite } from './classify-calls.js';

/** Calls of functions that were inferred to be tests of the reserved bit: what they answer, and what rests on it here. */
export const reservedWrapper: Rule = {
  meta: RESERVED_WRAPPER,
  names: () => [],
  placesIn: (tree, path) => tree.wrapperSites(path).map(({ start }) => start),
  check,
};

/** A call of a wrapper, with what was made of the test behind it. */
interface JudgedCall extends WrapperSite {
  readonly judged: Pick<Site, 'verdict' | 'reason' | 'confidence'> | undefined;
}

function check({ world, file, item, first }: Subject): readonly Report[] {
  if (!first) return [];
  const here = world.tree.wrapperSites(file.path).filter(({ start }) => start >= item.start && start < item.end);
  const calls = here.map((site): JudgedCall => ({ ...site, judged: world.tree.verdictOn(site.wrapper.test) }));
  return calls.map((site) => ({
    start: site.start,
    length: site.wrapper.name.length,
    wrapper: site.wrapper.name,
    role: site.decides.role,
    message: judgementOf(site),
    values: { wrapper: site.wrapper.name, does: DECIDES[site.decides.role] },
    impact: impactOf(site),
    related: [
      { ...file.place(site.start), text: wholeText(site, world.deviceKinds) },
      { ...placeOfTest(site), text: `the test: ${site.judged?.verdict ?? 'not judged'}` },
    ],
  }));
}

/** All that is known of a call, beside the short message. */
function wholeText(site: JudgedCall, deviceKinds: KindSet): string {
  const { name } = site.wrapper;
  return `${name}() ${answersText(site, deviceKinds)}; ${decidesText(site)}: ${judgementText(site)}`;
}

function placeOfTest({ wrapper: { test } }: WrapperSite): { path: string; line: number; column: number } {
  return { path: test.path, line: test.line, column: test.column };
}

/** Kinds a person thinks of first. */
const RAM = kindSet(['buddy']);

/** What the function says of device pages and of ordinary memory, where that can be read off its code. */
function answersText({ wrapper: { row, level, answers, exempts } }: WrapperSite, deviceKinds: KindSet): string {
  if (!answers) return 'does so on one answer of a reserved test only';
  const test = level === 1 ? 'is a reserved test' : 'passes the answer of a reserved test on';
  const behind = exempts ? 'is asked beside a reserved test and tells ZONE_DEVICE pages apart' : test;
  if (!row) return behind;
  const device = deviceKinds & ZONE_DEVICE;
  const said = [answerFor(row, device, 'ZONE_DEVICE pages'), answerFor(row, RAM, 'ordinary RAM')];
  const known = said.filter((text) => text !== undefined);
  return known.length === 0 ? behind : `${behind}: ${known.join(', ')}`;
}

function answerFor(row: { whenTrue: KindSet; whenFalse: KindSet }, kinds: KindSet, name: string): string | undefined {
  const [yes, no] = [row.whenTrue & kinds, row.whenFalse & kinds];
  if ((yes | no) === 0) return undefined;
  if (no === 0) return `true for ${name}`;
  if (yes === 0) return `false for ${name}`;
  const always = kindsIn(yes & ~no);
  return always.length === 0 ? `either for ${name}` : `true for ${always.join(', ')}`;
}

/** What rests on the answer, in a word or two. */
const DECIDES: Readonly<Record<WrapperRole, string>> = {
  'release-ref': 'a put',
  'get-ref': 'a get',
  'set-dirty': 'a dirty mark',
  'set-accessed': 'an accessed mark',
  'map-attr': 'a mapping',
  other: 'something else',
};

const DOES: Readonly<Record<WrapperRole, string>> = {
  'release-ref': 'drops a reference',
  'get-ref': 'takes a reference',
  'set-dirty': 'marks the page dirty',
  'set-accessed': 'marks the page accessed',
  'map-attr': 'decides how the page is mapped',
  other: 'decides something else than references and marks',
};

function decidesText({ decides: { role, calls } }: WrapperSite): string {
  const by = calls.length === 0 ? '' : ` (${calls.map((name) => `${name}()`).join(', ')})`;
  return `here the answer ${DOES[role]}${by}`;
}

function impactOf({ judged, decides: { role } }: JudgedCall): Impact | undefined {
  if (judged?.verdict !== 'needs-zone-device') return undefined;
  if (role === 'release-ref' || role === 'get-ref') return 'wrong-today';
  return role === 'other' ? undefined : 'right-by-accident';
}

type Judgement = keyof (typeof RESERVED_WRAPPER)['messages'];

function judgementOf(site: JudgedCall): Judgement {
  const { judged } = site;
  if (!judged) return 'unjudged';
  const { verdict, confidence } = judged;
  const impact = impactOf(site);
  if (impact !== undefined) return impact === 'wrong-today' ? 'wrong' : 'accident';
  if (verdict === 'needs-zone-device') return 'reserved';
  if (verdict === 'handled') return 'handled';
  // What is hardly known is no reason to call the answer right.
  return !VERDICT_TEXTS[verdict].needsCare && confidence !== 'low' ? 'right' : 'unclear';
}

const JUDGEMENTS: Readonly<Record<Judgement, string>> = {
  wrong: 'wrong for a ZONE_DEVICE page, which is counted like RAM.',
  accident: 'right for a ZONE_DEVICE page only because it carries PG_reserved.',
  reserved: 'a ZONE_DEVICE page goes the way of reserved memory here.',
  handled: 'right, the test tells ZONE_DEVICE pages apart.',
  right: 'right: ',
  unclear: 'unclear: ',
  unjudged: 'the test itself was not judged.',
};

/** What was made of the test, with the reason where it is another one each time. */
function judgementText(site: JudgedCall): string {
  const judgement = judgementOf(site);
  const isReasoned = judgement === 'right' || judgement === 'unclear';
  return `${JUDGEMENTS[judgement]}${isReasoned ? (site.judged?.reason.text ?? '') : ''}`;
}
