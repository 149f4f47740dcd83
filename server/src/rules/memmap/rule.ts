import { MEMMAP_NOT_ONLINE } from '@pageref/shared';
import type { Call } from '../../flow/context.js';
import type { Expr, FunctionIr } from '../../syntax/index.js';
import { isNumberOfPage } from '../page-uses.js';
import type { Report, Rule, RuleWorld, Subject } from '../rule.js';
import { isBootOnly, isCounted, isFromParameter, isParsed } from './origin.js';
import { valuesAssigned } from '../../syntax/ir-walk.js';
import { isVouchedFor, isWalkedByCaller, variablesOf } from './origin.js';
import { firstRead } from './reads.js';
import type { Read } from './reads.js';

/** A struct page that is read behind a test that only says that it exists, where the pfn may be of offline memory. */
export const memmapNotOnline: Rule = {
  meta: MEMMAP_NOT_ONLINE,
  names: existenceTests,
  check,
  restsOnCallees: true,
};

function existenceTests({ model }: Pick<RuleWorld, 'model'>): readonly string[] {
  return model.memmap.existence.map(({ name }) => name);
}

function check(subject: Subject): readonly Report[] {
  return offlineReads(subject).map(({ test, use }) => ({
    start: test.start,
    length: (test.name ?? '').length,
    message: 'read',
    values: { test: test.name ?? '', use: use.name ?? 'a call' },
    related: [{ ...subject.file.place(use.start), text: `${use.name ?? 'a call'}() reads the struct page` }],
  }));
}

/** A test of existence, and the first read of the struct page behind it. */
export interface OfflineRead {
  readonly test: Call;
  readonly use: Call;
}

/** The tests of a function that are all there is between a pfn that may be offline and its struct page. */
export function offlineReads(subject: Subject): readonly OfflineRead[] {
  const { fn, arch, giveUp } = subject;
  if (!fn || fn.origin === 'macro' || arch?.zoneDevice === false) return [];
  const tangled: FunctionIr[] = [];
  const found = readsIn({ ...subject, giveUp: () => tangled.push(fn) }, fn);
  // Who calls the function is looked at last: all that do are read for it.
  if (found.length + tangled.length === 0 || isSpared(subject, fn)) return [];
  if (tangled.length > 0) giveUp();
  return found;
}

function readsIn(subject: Subject, fn: FunctionIr): readonly OfflineRead[] {
  const { file, world, giveUp } = subject;
  const names = new Set(existenceTests(world));
  const analysed = file.analysis.analyse(fn);
  if (!analysed.flow.complete) {
    giveUp();
    return [];
  }
  const found = analysed.flow.cfg.nodes.flatMap((node): OfflineRead[] => {
    if (node.op !== 'branch' || node.assertion !== undefined || node.condition.op !== 'call') return [];
    const test = node.condition;
    if (test.name === undefined || !names.has(test.name)) return [];
    const pfn = testedPfn(fn, test, world);
    if (!pfn || isNumberOfPage(analysed.context, world.model, pfn)) return [];
    const use = firstRead(analysed, node.id, pfn, subject);
    return use && isOfUnknownMemory(subject, fn, { test, pfn, use }) ? [{ test, use: use.call }] : [];
  });
  // Two tests before one read are one finding: the first is where to begin.
  return found.filter(({ use }, at) => found.findIndex((other) => other.use.start === use.start) === at);
}

/** Functions that run at boot, and those that know, or whose callers know, that the memory is online. */
function isSpared({ file, world: { model } }: Subject, fn: FunctionIr): boolean {
  const { vouchers, bootOnly } = model.memmap;
  const guards = model.flagGuards.map(({ mask }) => mask);
  return isBootOnly(file, fn, words(bootOnly)) || isVouchedFor(file, fn, words([...vouchers, ...guards]));
}

function words(names: readonly string[]): RegExp {
  return new RegExp(`\\b(?:${names.join('|')})\\b`);
}

/** The pfn that a test asks about, by way of its section where it asks for that. */
function testedPfn(fn: FunctionIr, test: Call, { model }: RuleWorld): Expr | undefined {
  const { existence, sections } = model.memmap;
  const [arg] = test.args;
  if (!arg || existence.find(({ name }) => name === test.name)?.of === 'pfn') return arg;
  const made = arg.op === 'name' ? valuesAssigned(fn, arg.name) : [arg];
  const [first, ...rest] = made.flatMap((one) =>
    one.op === 'call' && one.name !== undefined && sections.includes(one.name) ? one.args.slice(0, 1) : [],
  );
  return first && rest.length === 0 && made.length === 1 ? first : undefined;
}

/** True where the code shows that the pfn may be any: it is counted through a range, comes from outside, or has its zone asked. */
function isOfUnknownMemory(
  { file, world }: Subject,
  fn: FunctionIr,
  { test, pfn, use }: { readonly test: Call; readonly pfn: Expr; readonly use: Read },
): boolean {
  const variables = variablesOf(pfn);
  if (use.asksZone || isCounted(fn, test.start, variables)) return true;
  // Who asks whether an address is reserved has been given one by somebody who uses it.
  const { outsideTypes, parsers } = world.model.memmap;
  if (!use.asksReserved && (isFromParameter(fn, pfn, outsideTypes) || isParsed(fn, pfn, parsers))) return true;
  return isWalkedByCaller(file, fn, variables);
}
