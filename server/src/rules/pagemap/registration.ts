import { messageText, PAGEMAP_REGISTRATION } from '@pageref/shared';
import type { Effect, PageKindFacts, PagemapBus, PagemapModel, PagemapType, RelatedPlace } from '@pageref/shared';
import { declaredTypes, typeOf } from '../../flow/domain/access-paths.js';
import { visitExpressions } from '../../syntax/ir-walk.js';
import { hasArguments } from '../../syntax/index.js';
import type { Expr, FunctionIr } from '../../syntax/index.js';
import { pagemapFields } from './fields.js';
import type { PagemapFields } from './fields.js';
import { shortFacts } from './short-facts.js';
import type { Report, Rule, RuleWorld, Subject } from '../rule.js';
import type { SourceFile } from '../../contracts/source-file.js';

/** Every place that registers a pgmap, with what its pages are and what becomes of them in the release. */
export const pagemapRegistration: Rule = {
  meta: PAGEMAP_REGISTRATION,
  names: ({ model }) => registeringNames(model),
  check,
};

/** Names that register a pgmap, and those that register one of their own. */
export function registeringNames(model: RuleWorld['model']): readonly string[] {
  return [...registering(model).keys(), ...model.pagemap.apis.map(({ name }) => name)];
}

/** Names that register a pgmap, with the argument that names it. */
export function registering(model: RuleWorld['model']): ReadonlyMap<string, Effect> {
  const found = new Map<string, Effect>();
  for (const { name, effects } of model.entries.values()) {
    const effect = effects?.find(({ does }) => does === 'pgmap-register');
    if (effect) found.set(name, effect);
  }
  return found;
}

type Call = Extract<Expr, { op: 'call' }>;

function check(subject: Subject): readonly Report[] {
  const { file, fn, item, words, world } = subject;
  // The wrapper that registers on behalf of its callers is none of them.
  if (registering(world.model).has(item.name)) return [];
  if (!fn) return words.filter(({ end }) => hasArguments(file.text, end)).map((word) => unread(word));
  return registrationsIn(file, fn, world.model).map((one) => reportOf(subject, fn, one));
}

/** A call that registers, and what is known of what it registers. */
export interface Registration {
  readonly call: Call;
  readonly fields: PagemapFields;
}

/** The registrations of a function, in the order of its text. */
export function registrationsIn(file: SourceFile, fn: FunctionIr, model: RuleWorld['model']): readonly Registration[] {
  const names = registering(model);
  const found: Registration[] = [];
  visitExpressions(fn.body, (call) => {
    if (call.op !== 'call' || call.name === undefined) return;
    const fixed = model.pagemap.apis.find(({ name }) => name === call.name);
    const effect = names.get(call.name);
    const pagemap = effect && effect.on.at !== 'result' ? call.args[effect.on.at] : undefined;
    if (fixed) found.push({ call, fields: fixedFields(fixed.type, call) });
    else if (pagemap) found.push({ call, fields: pagemapFields(file, fn, { pagemap, at: call.start }, model.pagemap) });
  });
  return found;
}

function unread({ word, start, end }: Subject['words'][number]): Report {
  return { start, length: end - start, message: 'unread', values: { api: word } };
}

function fixedFields(type: string, call: Call): PagemapFields {
  return { types: [{ type, at: call.start, how: 'which this call chooses', isPerhaps: false }], ops: undefined };
}

/** All that is known of a registration, beside the short message. */
const TYPED =
  '{api}() registers {type} ({how}): {ops}. Idle pages have count {idle}. GUP: {gup}. Long-term pins: {pins}. ' +
  'At removal references are awaited by {removal}. {undone} {bus}';
const UNTYPED =
  '{api}() registers an untyped pgmap: no type is set in this function, its helpers or its callers in this file; ' +
  '{ops}. What count an idle page has depends on the type. At removal references are awaited by {removal}. {undone} {bus}';

function reportOf(subject: Subject, fn: FunctionIr, registration: Registration): Report {
  const { file, world } = subject;
  const { call, fields } = registration;
  const api = call.name ?? '';
  return {
    start: call.start,
    length: api.length,
    message: fields.types.length > 0 ? 'registers' : 'untyped',
    values: { api, ...shortFacts(typesOf(fields), world.model) },
    related: [{ ...file.place(call.start), text: wholeText(subject, fn, registration) }, ...relatedOf(file, fields)],
  };
}

function typesOf({ types }: PagemapFields): readonly string[] {
  return types.map(({ type }) => type);
}

function wholeText({ file, world }: Subject, fn: FunctionIr, { call, fields }: Registration): string {
  const { pagemap, release, kinds } = world.model;
  const api = call.name ?? '';
  const known = fields.types.flatMap(({ type }) => pagemap.types.find((one) => one.type === type) ?? []);
  const facts = known.flatMap(({ kind }) => kinds.get(kind) ?? []);
  const each = (of: (fact: PageKindFacts) => string): string => joined(facts.map((fact) => [fact.title, of(fact)]));
  const [first] = fields.types;
  return messageText(first ? TYPED : UNTYPED, {
    api,
    type: typesOf(fields).join(' or '),
    how: first?.how ?? '',
    ops: opsText(known, fields, release),
    idle: each(({ kind }) => String(pagemap.idleCounts.find((one) => one.kind === kind)?.count ?? '?')),
    gup: each(({ gup }) => gup),
    pins: each(({ longtermPin }) => longtermPin),
    removal: pagemap.removal,
    undone: undoneText(file, world, api),
    bus: busText(busOf(file, fn, call, pagemap)),
  });
}

/** One text where all types agree, else one for each. */
function joined(texts: readonly (readonly [title: string, text: string])[]): string {
  const [first] = texts;
  if (!first) return 'not known without the type';
  if (texts.every(([, text]) => text === first[1])) return first[1];
  return texts.map(([title, text]) => `${text} (${title.replace(/^\w+: /, '')})`).join(', ');
}

function opsText(types: readonly PagemapType[], { ops }: PagemapFields, release: string): string {
  const needs = [...new Set(types.flatMap((one) => one.needs))];
  if (types.length === 0) return ops ? `ops ${ops.name}` : 'no ops are set here';
  const wanted = needs.length > 0 ? `${release} needs ${needs.join(' and ')}` : `${release} needs none`;
  if (!ops) return needs.length > 0 ? `no ops are set here, ${wanted}` : `no ops are set here, and ${wanted}`;
  if (!ops.isTable) return `ops ${ops.name}, which table is not known; ${wanted}`;
  if (!ops.members) return `ops ${ops.name}, defined elsewhere; ${wanted}`;
  const missing = needs.filter((name) => !ops.members?.includes(name));
  const has = `ops ${ops.name} with ${ops.members.join(', ') || 'no member'}`;
  return missing.length > 0 ? `${has}; ${missing.join(' and ')} is missing, ${wanted}` : `${has}; ${wanted}`;
}

/** What undoes the registration: the end of the device for managed forms, else a call somebody has to make. */
function undoneText(file: SourceFile, { model }: RuleWorld, api: string): string {
  const undo = (model.entries.get(api)?.counterparts ?? []).filter((name) =>
    file.matches(new RegExp(`\\b${name}\\s*\\(`)),
  );
  if (model.pagemap.names.managed.some((prefix) => api.startsWith(prefix))) return 'It happens when the device goes.';
  return undo.length > 0 ? `It happens at ${undo.join(', ')}().` : 'Nothing in this file takes the mapping down again.';
}

interface FoundBus {
  readonly bus: PagemapBus;
  /** True where the device of the registration itself is on it, false where the file only works with such devices. */
  readonly certain: boolean;
}

function busOf(file: SourceFile, fn: FunctionIr, call: Call, { buses }: PagemapModel): FoundBus | undefined {
  const types = declaredTypes(fn);
  const device = call.args[0];
  const owner =
    device?.op === 'unary' && device.operand.op === 'member' ? typeOf(device.operand.object, types) : undefined;
  const certain = buses.find(({ type }) => type === owner?.base) ?? buses.find(({ type }) => hasType(types, type));
  if (certain) return { bus: certain, certain: true };
  const named = buses.find(({ type }) => file.matches(new RegExp(`\\bstruct\\s+${type}\\b`)));
  return named && { bus: named, certain: false };
}

function hasType(types: ReturnType<typeof declaredTypes>, base: string): boolean {
  return [...types.values()].some((type) => type.base === base);
}

function busText(found: FoundBus | undefined): string {
  if (!found)
    return 'Which bus the device is on is not seen here; one that can be pulled out leaves no way back once user space holds its pages.';
  const { bus, certain } = found;
  const where = certain ? `The device is on ${bus.bus}` : `The file works with ${bus.bus} devices`;
  return bus.surprise
    ? `${where}: after a surprise removal nothing takes back the pages that user space was given, and removal waits for them.`
    : `${where}: it does not go without the driver being asked.`;
}

function relatedOf(file: SourceFile, { types, ops }: PagemapFields): RelatedPlace[] {
  return [
    ...types.map(({ type, at, how }) => ({ ...file.place(at), text: `type ${type}, ${how}` })),
    ...(ops ? [{ ...file.place(ops.at), text: `ops ${ops.name}` }] : []),
  ];
}
