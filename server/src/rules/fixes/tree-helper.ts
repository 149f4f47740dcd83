import { kindSet } from '@pageref/shared';
import type { KindSet } from '@pageref/shared';
import { REPLACEMENTS } from '@pageref/shared/model';
import type { Contract } from '../../flow/contract.js';
import { visitExpressions } from '../../syntax/ir-walk.js';
import type { Expr } from '../../syntax/index.js';
import { blankNonCode } from '../../syntax/index.js';
import { armsAround, isThereFor } from './arms.js';
import { declaration } from './names.js';
import type { PageOperand } from './operand.js';
import type { Candidate, FixRequest } from './request.js';
import { expressionLine } from '../../syntax/source-text.js';
import { heldBySource, PINNED } from './situation.js';
import type { Slot } from './slot.js';

/** A function of this tree that answers the test's question and tells device pages apart. */
interface Helper {
  readonly name: string;
  readonly takes: 'page' | 'pfn';
  /** It says no where the test of the bit says yes. */
  readonly inverted: boolean;
}

/** The tree's own answers, by name. A helper is known by what it answers per kind, not by what it is called. */
export function helperFixes(request: FixRequest, slot: Slot, page: PageOperand): Candidate[] {
  if (request.basis.consequence.impact !== 'wrong-today' || page.type !== 'page') return [];
  return helpersOf(request).flatMap((helper) => {
    const argument = helper.takes === 'page' ? page.text : pfnText(request, page);
    const call = `${helper.name}(${argument})`;
    const text = helper.inverted === slot.negated ? call : `!${call}`;
    const held = heldBySource(request);
    const precondition = [`it answers for more kinds of page than the bit does`, ...(held ? [] : [PINNED])].join('; ');
    return {
      id: 'tree-helper',
      title: `Ask this tree's ${helper.name}() (${precondition})`,
      kind: 'needs-look' as const,
      precondition,
      edits: [{ start: slot.start, end: slot.end, text }],
      includes: [],
    };
  });
}

function helpersOf(request: FixRequest): Helper[] {
  const { file, basis, model } = request;
  const code = blankNonCode(file.text);
  const here = armsAround(file.text, request.mention.start);
  const own = file.items
    .filter((item) => item.kind === 'function' && item.end <= basis.test.fn.start && item.name !== '')
    // A helper in an arm of #if is there for a test in the same arm.
    .filter((item) => isThereFor(armsAround(file.text, item.start), here))
    .map((item) => item.name);
  const names = new Set([...own, ...model.entries.keys()]);
  return [...names].sort().flatMap((name) => {
    const contract = file.analysis.contractOf(name);
    const inverted = contract && answersInverted(contract, basis.device);
    if (contract === undefined || inverted === undefined || isTest(request, name)) return [];
    const takes = own.includes(name) ? ownParameter(request, name) : declaredParameter(request, name, code);
    return takes === undefined ? [] : [{ name, takes, inverted }];
  });
}

function isTest({ model, basis }: FixRequest, name: string): boolean {
  return model.reservedBit.tests.includes(name) || name === basis.test.fn.name;
}

/**
 * False when the contract says yes for boot memory and no for RAM and for the device pages at hand, true when it is the
 * other way round, undefined when it is neither.
 */
function answersInverted(contract: Contract, device: KindSet): boolean | undefined {
  const row = rowOf(contract);
  if (!row) return undefined;
  const counted = device | kindSet(['buddy']);
  const boot = kindSet(['boot-reserved']);
  if ((row.whenTrue & counted) === 0 && (row.whenFalse & boot) === 0) return false;
  if ((row.whenFalse & counted) === 0 && (row.whenTrue & boot) === 0) return true;
  return undefined;
}

/** A predicate about the first argument, or a source that gives its page back only for some kinds. */
function rowOf({
  predicate,
  sources,
}: Contract): { readonly whenTrue: KindSet; readonly whenFalse: KindSet } | undefined {
  if (predicate) return predicate.of.at === 0 && predicate.of.through === undefined ? predicate : undefined;
  const source = sources.find(({ result, same, nullable }) => nullable && result.at === 'result' && same?.at === 0);
  return source && { whenTrue: source.kinds, whenFalse: ~source.kinds };
}

function ownParameter({ file }: FixRequest, name: string): 'page' | 'pfn' | undefined {
  const [fn] = file.table.find(name);
  const type = fn?.params.length === 1 ? fn.params[0]?.type : undefined;
  if (!type) return undefined;
  if (type.base === 'page' && type.pointers === 1) return 'page';
  return type.pointers === 0 && (/pfn/.test(type.base) || type.base === 'unsigned long') ? 'pfn' : undefined;
}

/** A header the file sees declares it, and a module may call it. */
function declaredParameter(request: FixRequest, name: string, code: string): 'page' | 'pfn' | undefined {
  const { headers, model, file } = request;
  const declared = declaration(request, name);
  if (!declared || !isSeen(file.text, headers, declared.header)) return undefined;
  const defined = model.entries.get(name)?.evidence.map((item) => /^[^:]*:([^:]+\.c):/.exec(item)?.[1]) ?? [];
  const usable =
    declared.inline ||
    new RegExp(`\\b${name}\\s*\\(`).test(code) ||
    defined.some((path) => path !== undefined && headers.exported(name, path));
  const parameters = /^[^(]*\(([^)]*)\)/.exec(declared.text)?.[1] ?? '';
  if (!usable || parameters.includes(',')) return undefined;
  if (/struct\s+page\s*\*/.test(parameters)) return 'page';
  return !parameters.includes('*') && /pfn|unsigned long/.test(parameters) ? 'pfn' : undefined;
}

function isSeen(text: string, headers: FixRequest['headers'], header: string): boolean {
  const direct = [...text.matchAll(/^[ \t]*#[ \t]*include[ \t]*[<"]([^>"\s]+)[>"]/gm)].map((match) => match[1] ?? '');
  return direct.some((one) => one === header || headers.includesOf(one).has(header));
}

/** The pfn of the tested page: the one it was made of, where that has a name and the page is made only once. */
function pfnText({ file, basis }: FixRequest, page: PageOperand): string {
  const made = page.expr.op === 'name' ? onlyValueOf(basis.test.fn.body, page.expr.name) : page.expr;
  const pfn = made?.op === 'call' && made.name === REPLACEMENTS.pfnToPage ? made.args[0] : undefined;
  return pfn && (pfn.op === 'name' || made === page.expr)
    ? expressionLine(file.text, pfn)
    : `${REPLACEMENTS.pageToPfn}(${page.text})`;
}

/** The one value that is ever assigned to a local, null pointers aside. */
function onlyValueOf(body: FixRequest['basis']['test']['fn']['body'], name: string): Expr | undefined {
  const values: Expr[] = [];
  visitExpressions(body, (expr) => {
    if (expr.op === 'assign' && expr.target.op === 'name' && expr.target.name === name) values.push(expr.value);
  });
  const made = values.filter((value) => !(value.op === 'name' && value.name === 'NULL'));
  return made.length === 1 ? made[0] : undefined;
}
