import { byPlace, VERDICT_TEXTS } from '@pageref/shared';
import type { Site, WrapperCallSite } from '@pageref/shared';
import type { Given } from '../flow/context.js';
import { mergeGiven } from '../contracts/file-analysis.js';
import type { PassedElsewhere } from '../contracts/file-analysis.js';
import type { Wrapper } from '../rules/wrappers/wrapper.js';
import type { ArchVerdict } from '../rules/reserved/judge.js';
import { JudgedMentions } from '../rules/reserved/judged.js';
import type { Mention } from '../rules/reserved/mention.js';
import type { SourceFile } from '../contracts/source-file.js';
import { testedParameter } from '../rules/wrappers/classify-calls.js';
import { findWords, hasArguments } from '../syntax/index.js';
import type { FunctionIr, Item } from '../syntax/index.js';
import { auditMentions } from '../rules/reserved/verdicts.js';
import type { FileAudit } from '../rules/reserved/verdicts.js';
import { functionsIn, openText, viewSource } from '../contracts/open-text.js';
import type { OpenText } from '../contracts/open-text.js';
import type { Tree } from '../project/tree.js';
import { findWrappers } from './wrapper-sites.js';
import { archOf, nearestTo } from '../kernel/arch.js';

/**
 * What an audit asks of the callers of the functions that hold a test: what they pass, where the function's own code does
 * not decide, and where its answer is asked for. A file is judged on its own first; the names that come out of that are
 * looked for in the whole tree once, and files whose tests rest on callers are judged again.
 */

/** A file that was judged on its own, with what to ask of others. */
export interface FirstLook {
  readonly path: string;
  readonly audit: FileAudit;
  readonly wrappers: readonly Wrapper[];
  readonly calls: readonly CallOfTest[];
  /** Functions other files may call, with a test that their own code does not decide. */
  readonly open: readonly OpenFunction[];
  /** What was found rests on the code of other files too, so it is not kept for the next run. */
  readonly restsOnOthers: boolean;
}

interface OpenFunction {
  readonly name: string;
  readonly parameters: number;
}

/** A call site with the test it asks for in the end. */
interface CallOfTest {
  readonly test: Wrapper['test'];
  readonly site: WrapperCallSite;
}

/** Judges one file by itself. Total: any text gives a result. */
export function firstLook(tree: Tree, path: string, text: string, arch: ArchVerdict | undefined): FirstLook {
  const open = openText(path, text, tree.tools);
  const file = viewSource(open);
  const reserved = new JudgedMentions(file, { deviceKinds: tree.deviceKinds, arch });
  const audit = auditMentions(file, reserved);
  const tests = reserved.mentions.filter(({ test }) => test !== undefined);
  const { wrappers, sites } =
    tests.length > 0
      ? findWrappers(open, file, () => undefined, { names: [], holdsTest: true })
      : { wrappers: [], sites: [] };
  return {
    path,
    audit,
    wrappers,
    calls: sites.map((site) => callOf(file, site)),
    open: openFunctions(file, tests, audit.sites),
    restsOnOthers: file.unit.restsOnOthers,
  };
}

type FoundSite = ReturnType<typeof findWrappers>['sites'][number];

function callOf(file: SourceFile, { start, function: fn, wrapper, decides }: FoundSite): CallOfTest {
  const site = { ...file.place(start), function: fn, wrapper: wrapper.name, role: decides.role };
  return { test: wrapper.test, site };
}

/** Functions with an undecided test that other files of the tree may call, and modules outside of it may not. */
function openFunctions(file: SourceFile, tests: readonly Mention[], sites: readonly Site[]): readonly OpenFunction[] {
  const undecided = new Set(
    sites.filter(({ verdict }) => VERDICT_TEXTS[verdict].needsCare).map((site) => site.function),
  );
  const found = new Map<string, OpenFunction>();
  for (const { test } of tests) {
    if (!test) continue;
    const { fn } = test;
    if (fn.origin !== 'function' || fn.static || !file.table.closed || fn.params.length === 0) continue;
    if (!undecided.has(fn.name) || file.table.usedOutside(fn.name)) continue;
    if (testedParameter(file, test) === undefined) continue;
    found.set(fn.name, { name: fn.name, parameters: fn.params.length });
  }
  return [...found.values()];
}

/** True when nothing in another file adds to what is known of this one. */
export function isSettled({ wrappers, open }: FirstLook): boolean {
  return open.length === 0 && wrappers.every((wrapper) => wrapper.static);
}

/** Names to look for in the whole tree: wrappers that other files can call, and functions whose callers decide. */
export function namesToFollow(looks: readonly FirstLook[]): readonly string[] {
  const names = new Set<string>();
  for (const { wrappers, open } of looks) {
    for (const wrapper of wrappers) if (!wrapper.static) names.add(wrapper.name);
    for (const { name } of open) names.add(name);
  }
  return [...names].sort();
}

/** What one file that mentions such names says of them. */
export interface CallersInFile {
  readonly path: string;
  readonly calls: readonly CallOfTest[];
  /** What it passes, by function and parameter; undefined for a function it lets escape. */
  readonly passed: ReadonlyMap<string, readonly (Given | undefined)[] | undefined>;
}

/** What the names in one file mean there: another arch means a function of its own by the same name. */
interface Asked {
  readonly path: string;
  /** Names that are wrappers there. */
  readonly wrappers: ReadonlyMap<string, Wrapper>;
  /** Functions whose callers decide. */
  readonly open: readonly OpenFunction[];
}

/** What to ask of one file that holds `names`, undefined for nothing. `looks` are all first looks, sorted by path. */
export function askOf(looks: readonly FirstLook[], path: string, names: readonly string[]): Asked | undefined {
  const wrappers = new Map<string, Wrapper>();
  for (const name of names) {
    const same = looks.flatMap((look) => look.wrappers.filter((one) => !one.static && one.name === name));
    const [nearest] = nearestTo(path, same);
    if (nearest) wrappers.set(name, nearest);
  }
  const reach = looks.filter((look) => archOf(path) === '' || ['', archOf(path)].includes(archOf(look.path)));
  const open = reach.flatMap((look) => look.open).filter(({ name }) => names.includes(name));
  return wrappers.size + open.length > 0 ? { path, wrappers, open } : undefined;
}

/** Looks at the callers in one file. */
export function callersIn(tree: Tree, { path, wrappers, open: functions }: Asked, text: string): CallersInFile {
  const open = openText(path, text, tree.tools);
  const file = viewSource(open);
  const asked = [...wrappers.keys()];
  const search = { names: asked, holdsTest: true };
  const wrapperOf = (name: string): Wrapper | undefined => wrappers.get(name);
  const { sites } = asked.length > 0 ? findWrappers(open, file, wrapperOf, search) : { sites: [] };
  const passed = new Map<string, readonly (Given | undefined)[] | undefined>();
  for (const { name, parameters } of functions) passed.set(name, passedIn(open, file, name, parameters));
  return { path, calls: sites.map((site) => callOf(file, site)), passed };
}

/** What the functions of a file pass to another for each parameter; undefined when one lets it escape. */
function passedIn(
  open: OpenText,
  file: SourceFile,
  name: string,
  parameters: number,
): readonly (Given | undefined)[] | undefined {
  const callers = callersOf(open, file, name);
  if (!callers) return undefined;
  const values = Array.from({ length: parameters }, (_, index) => file.unit.passed(callers, name, index));
  if (values.some((one) => one === undefined)) return undefined;
  return values.map((all) => all?.reduce<Given | undefined>((sum, one) => mergeGiven(sum, one), undefined));
}

/** Functions that mention a name; undefined when it is mentioned where calls cannot be seen: in a macro, in a table. */
function callersOf(open: OpenText, file: SourceFile, name: string): readonly FunctionIr[] | undefined {
  const holders = new Set<Item>();
  for (const word of findWords(open.text, new Set([name]))) {
    if (word.lexical !== 'code' && word.lexical !== 'directive') continue;
    const item = file.itemAt(word.start);
    if (item?.dead) continue;
    if (item?.kind === 'function') holders.add(item);
    else if (!hasArguments(open.text, word.end) || item?.kind === 'define') return undefined;
  }
  const read = [...holders].map((item) => functionsIn(open, item));
  if (read.some((functions) => functions.length === 0)) return undefined;
  return read.flat().filter((fn) => fn.name !== name);
}

/** What all files together pass; functions that one of them lets escape are left out. */
export function passedElsewhere(files: readonly CallersInFile[]): PassedElsewhere {
  const names = new Set(files.flatMap(({ passed }) => [...passed.keys()]));
  const found = new Map<string, (Given | undefined)[]>();
  for (const name of [...names].sort()) {
    const all = files.filter(({ passed }) => passed.has(name)).map(({ passed }) => passed.get(name));
    const union: (Given | undefined)[] = [];
    const isSeen = all.every((values) => values !== undefined);
    for (const values of all)
      values?.forEach((value, at) => (union[at] = value ? mergeGiven(union[at], value) : union[at]));
    if (isSeen && union.some((value) => value !== undefined)) found.set(name, union);
  }
  return found;
}

/** Judges a file again, with what its callers elsewhere pass. */
export function secondLook(
  tree: Tree,
  path: string,
  text: string,
  { arch, elsewhere }: { arch: ArchVerdict | undefined; elsewhere: PassedElsewhere },
): FileAudit {
  const file = viewSource(openText(path, text, tree.tools), { elsewhere });
  return auditMentions(file, new JudgedMentions(file, { deviceKinds: tree.deviceKinds, arch }));
}

/** The sites with the calls that ask for them. */
export function withCalls(sites: readonly Site[], calls: readonly CallOfTest[]): readonly Site[] {
  const key = ({ path, line, column }: { path: string; line: number; column: number }): string =>
    `${path}:${line}:${column}`;
  const byTest = new Map<string, WrapperCallSite[]>();
  for (const { test, site } of calls) {
    const known = byTest.get(key(test));
    if (known) known.push(site);
    else byTest.set(key(test), [site]);
  }
  return sites.map((site) => {
    const own = byTest.get(key(site));
    return own ? { ...site, calls: own.sort(byPlace) } : site;
  });
}
