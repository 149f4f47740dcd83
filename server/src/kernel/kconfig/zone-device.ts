import type { UnreadableFile } from '@pageref/shared';
import { comparePaths } from '../../vfs/path.js';
import type { TreeFiles } from '../../vfs/tree-files.js';
import { dependenciesOf, isFree, makeEvaluator, type Evaluator } from './evaluate.js';
import type { Expression } from './expression.js';
import { conditionOf, loadSymbols, type KconfigCache, type Symbols } from './symbols.js';

/** Whether an arch of a tree can be built with CONFIG_ZONE_DEVICE=y. */
export interface ZoneDeviceArch {
  /** Folder below arch/. */
  readonly arch: string;
  readonly zoneDevice: boolean;
  /** A sentence: the dependency that can't hold, down to its root. */
  readonly why: string;
  /** Place of `config ZONE_DEVICE`. */
  readonly path: string;
  readonly line: number;
  /** Kconfig files that were read in part, because they nest too deep, with what was left out. */
  readonly inPart: readonly UnreadableFile[];
}

/** Symbols an explanation goes through. */
const MAX_STEPS = 50;

const WANTED = 'ZONE_DEVICE';

/**
 * Answers for every arch of the tree, sorted by name, from its own Kconfig files. Empty when the tree has no
 * `config ZONE_DEVICE` (a driver folder, a sample): nothing can be said then, and every arch is to be taken as able.
 * @param cache files that were parsed before; one that has changed is to be taken out of it
 */
export function zoneDeviceArches(files: TreeFiles, cache: KconfigCache = new Map()): ZoneDeviceArch[] {
  const listing = files.list('arch');
  if ('why' in listing) return [];
  const answers: ZoneDeviceArch[] = [];
  for (const arch of listing.folders.toSorted(comparePaths)) {
    if ('why' in files.read(`arch/${arch}/Kconfig`)) continue;
    const answer = judge(arch, loadSymbols(files, arch, cache));
    if (answer) answers.push(answer);
  }
  return answers;
}

function judge(arch: string, symbols: Symbols): ZoneDeviceArch | undefined {
  const definition = symbols.definitions.get(WANTED)?.[0]?.definition;
  if (!definition) return undefined;
  const evaluator = makeEvaluator(symbols);
  const zoneDevice = evaluator.canBeOn(WANTED);
  const why = zoneDevice
    ? `everything ${WANTED} depends on can be set on ${arch}`
    : explain(WANTED, { arch, symbols, evaluator, seen: new Set() });
  const { path, line } = definition;
  return { arch, zoneDevice, why, path, line, inPart: inPartOf(path, symbols, evaluator) };
}

function inPartOf(path: string, { tooDeep }: Symbols, { wasTooDeep }: Evaluator): UnreadableFile[] {
  const why = `what ${WANTED} depends on nests too deep; what was not followed counts as possible`;
  return [
    ...(wasTooDeep ? [{ path, why }] : []),
    ...(tooDeep === undefined ? [] : [{ path: tooDeep, why: 'the files that bring it in go too deep' }]),
  ];
}

interface Question {
  readonly arch: string;
  readonly symbols: Symbols;
  readonly evaluator: Evaluator;
  readonly seen: Set<string>;
}

/** Why a symbol that can't be on is off: follows the first dependency that can't hold. */
function explain(name: string, question: Question): string {
  const { arch, symbols, evaluator, seen } = question;
  seen.add(name);
  const placed = symbols.definitions.get(name)?.[0];
  if (!placed) return isFree(name) ? `${name} cannot be set on ${arch}` : `${name} is not defined on ${arch}`;
  const culprits = failingParts(dependenciesOf(placed), evaluator);
  // One that is off by itself makes a shorter explanation than one that hangs on others.
  const culprit = culprits.find((one) => one.op === 'symbol' && isLeaf(one.name, question)) ?? culprits[0];
  if (culprit) return follow(name, culprit, question);
  const selectors = symbols.selectors.get(name) ?? [];
  if (selectors.length === 0) return `${name} is selected by nothing on ${arch}`;
  const conditions = selectors.map((selector): Expression => {
    const { name: by } = selector.by.definition;
    return evaluator.canBeOn(by) ? conditionOf(selector) : { op: 'symbol', name: by };
  });
  const blocked = conditions.flatMap((condition) => failingParts(condition, evaluator))[0];
  return blocked ? follow(name, blocked, question) : `${name} cannot be set on ${arch}`;
}

/** True for a symbol with no dependency that fails: only a select could set it. */
function isLeaf(name: string, { symbols, evaluator }: Question): boolean {
  const placed = symbols.definitions.get(name)?.[0];
  return placed !== undefined && evaluator.canHold(dependenciesOf(placed)) && !symbols.selectors.has(name);
}

function follow(name: string, culprit: Expression, question: Question): string {
  const inner = symbolIn(culprit);
  if (culprit.op === 'not' && inner) return `${name} needs ${inner} off, and ${question.arch} always has it`;
  if (!inner || question.seen.has(inner) || question.seen.size > MAX_STEPS)
    return `${name} cannot be set on ${question.arch}`;
  return explain(inner, question);
}

/** The parts of a conjunction that can't hold, in order. */
function failingParts(expression: Expression, evaluator: Evaluator): Expression[] {
  if (evaluator.canHold(expression)) return [];
  return expression.op === 'and' ? expression.parts.flatMap((part) => failingParts(part, evaluator)) : [expression];
}

/** The first symbol an expression names. */
function symbolIn(expression: Expression): string | undefined {
  if (expression.op === 'symbol') return expression.name;
  if (expression.op === 'not') return symbolIn(expression.of);
  if (expression.op === 'constant' || expression.op === 'unread') return undefined;
  return expression.parts.map(symbolIn).find((name) => name !== undefined);
}
