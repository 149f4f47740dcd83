import type { OwnedUnit, OwnershipAct, OwnershipModel } from '@pageref/shared';
import { seenThrough, withoutCasts } from '../../ownership/calls.js';
import type { CallExpr } from '../../ownership/calls.js';
import { callsOf } from '../../ownership/nodes.js';
import type { Prepared } from '../../ownership/prepared.js';
import type { SourceFile } from '../../contracts/source-file.js';
import { conditionsAround } from '../../syntax/conditions-around.js';
import { valuesAssigned } from '../../syntax/ir-walk.js';
import type { Expr } from '../../syntax/ir.js';
import type { CallOnMember } from './members.js';
import { fillersIn } from './table-fillers.js';
import type { Filler, Level } from './table-fillers.js';

/** User pages that a member of a structure of this file holds, and that are given back as what they are not. */

type MemberExpr = Extract<Expr, { op: 'member' }>;

/** A give-back of pages of a member. */
interface Put {
  readonly call: CallExpr;
  readonly unit: OwnedUnit;
  readonly member: MemberExpr;
}

/** A give-back that fits nothing that the file fills the member with. */
export interface WrongUnitPut extends CallOnMember {
  readonly message: 'pin' | 'unpin';
}

const OTHER: ReadonlyMap<OwnedUnit, OwnedUnit> = new Map([
  ['pin', 'reference'],
  ['reference', 'pin'],
]);

/** By what calls do: a file that has constants has a model of its own with the same acts. */
const TAKERS = new WeakMap<OwnershipModel['acts'], RegExp>();

/** Calls that fill a place with pages; every function that gives pages of a member back asks for them. */
function takersIn({ acts }: OwnershipModel): RegExp {
  const known = TAKERS.get(acts);
  if (known) return known;
  const takes = [...acts].filter(([, all]) =>
    all.some(({ does, unit, on }) => does !== 'drop' && OTHER.has(unit) && /^(?:array|out)$/.test(on.through ?? '')),
  );
  const made = new RegExp(`\\b(?:${takes.map(([name]) => name).join('|')})\\b`);
  TAKERS.set(acts, made);
  return made;
}

/** Puts of pages that the file only pins into the member, and unpins of those that it only gets. */
export function otherUnitsPut(file: SourceFile, prepared: Prepared): readonly WrongUnitPut[] {
  const puts = putsIn(prepared);
  if (puts.length === 0 || !file.matches(takersIn(prepared.knowledge.model))) return [];
  return puts.flatMap(({ call, unit, member }): WrongUnitPut[] => {
    // Who has both knows which of them it wants.
    const isChosen = puts.some((one) => one.unit !== unit && one.member.field === member.field);
    if (isChosen || isConditional(file, call.start)) return [];
    const made = madeOnlyBy(file, prepared, member);
    if (!made || made.unit !== OTHER.get(unit)) return [];
    return [{ call, made, message: unit === 'pin' ? 'unpin' : 'pin' }];
  });
}

function putsIn(prepared: Prepared): readonly Put[] {
  const { cfg, knowledge } = prepared;
  return cfg.nodes.flatMap(callsOf).flatMap((call): Put[] => {
    const drop = knowledge.model.acts.get(call.name ?? '')?.find(isUserDrop);
    const arg = typeof drop?.on.at === 'number' ? call.args[drop.on.at] : undefined;
    const member = drop && arg && memberGiven(prepared, drop, seenThrough(arg, knowledge));
    return member ? [{ call, unit: drop.unit, member }] : [];
  });
}

function isUserDrop({ does, unit, on, as }: OwnershipAct): boolean {
  return does === 'drop' && OTHER.has(unit) && as === undefined && (on.through ?? 'array') === 'array';
}

/** `demo->pages` of what gives a table back, `demo->pages[i]` and `demo->page` of what gives a page back. */
function memberGiven(prepared: Prepared, { on }: OwnershipAct, arg: Expr): MemberExpr | undefined {
  const [value, ...others] = arg.op === 'name' ? valuesAssigned(prepared.fn, arg.name) : [arg];
  if (!value || others.length > 0) return undefined;
  const given = withoutCasts(value);
  const member = given.op === 'index' && on.through === undefined ? given.object : given;
  return member.op === 'member' ? member : undefined;
}

/** What alone fills a member of a structure that the file defines: nobody else can. */
function madeOnlyBy(file: SourceFile, prepared: Prepared, member: MemberExpr): Filler | undefined {
  const { field, object } = member;
  const type = object.op === 'name' ? prepared.locals.types.get(object.name) : undefined;
  const level = type?.tag === 'struct' ? levelIn(file, type.base, field) : undefined;
  const places = level && file.found(new RegExp(`(?:\\.|->)\\s*${field}\\b`));
  if (!level || !places) return undefined;
  const items = new Set(places.map(({ index }) => file.itemAt(index)).filter((item) => item !== undefined));
  const code = [...items].filter(({ dead, kind }) => !dead && kind !== 'trivia');
  const found = code.flatMap(({ kind, name, start, end }) => {
    const readings =
      kind === 'function' ? file.table.find(name).filter((fn) => start <= fn.start && fn.end <= end) : [];
    if (readings.length === 0) return [undefined];
    const search = { file, knowledge: prepared.knowledge, seen: new Set<string>() };
    return readings.map((fn) => fillersIn(search, fn, { op: 'member', name: field, level, reads: false }));
  });
  const fillers = found.flatMap((one) => one ?? []);
  const [first] = fillers;
  const isOne = !found.includes(undefined) && fillers.every(({ unit }) => unit === first?.unit);
  return isOne && !fillers.some(({ at }) => isConditional(file, at)) ? first : undefined;
}

/** Whether a member of a structure of the file is a page or a table of pages; undefined where the file does not define it. */
function levelIn(file: SourceFile, tag: string, field: string): Level | undefined {
  const definition = new RegExp(`\\bstruct\\s+${tag}\\s*\\{`);
  const items = file.declaring(field).filter(({ start, end }) => definition.test(file.text.slice(start, end)));
  const [item, ...others] = items;
  const text = item && others.length === 0 ? file.text.slice(item.start, item.end) : '';
  const [, pointers = '', array] =
    new RegExp(`\\bstruct\\s+page\\s*(\\*[\\s*]*)\\b${field}\\b\\s*(\\[)?[^,;]*;`).exec(text) ?? [];
  const depth = pointers.replace(/\s/g, '').length + (array ? 1 : 0);
  return ([undefined, 'page', 'table'] as const)[depth];
}

/** `#if` around a place may have its counterpart around another one. */
function isConditional(file: SourceFile, at: number): boolean {
  return (conditionsAround(file.text, [at])[0]?.size ?? 0) > 0;
}
