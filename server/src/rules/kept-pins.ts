import { PIN_WITHOUT_LONGTERM } from '@pageref/shared';
import type { LongTermPins, RelatedPlace } from '@pageref/shared';
import { callsInFile } from '../contracts/calls-in-file.js';
import type { SourceFile } from '../contracts/source-file.js';
import { expressionOf } from '../flow/cfg/cfg.js';
import type { Cfg, CfgNode, NodeId } from '../flow/cfg/cfg.js';
import type { Call } from '../flow/context.js';
import { accessPathOf, declaredTypes, pointee, pointerRoot, rootName } from '../flow/domain/access-paths.js';
import { passedFlags } from '../flow/flags.js';
import { replayCalls } from '../flow/fixpoint.js';
import { NEGATIVE } from '../ownership/values.js';
import { partsOf, visitExpressions } from '../syntax/ir-walk.js';
import type { Expr, FunctionIr } from '../syntax/index.js';
import { eachAssignment } from './pagemap/stores.js';
import { followFunction } from './references/followed.js';
import type { Report, Rule, Subject } from './rule.js';

/** Pins without FOLL_LONGTERM in an object that is entered where later calls find it. */
export const pinWithoutLongterm: Rule = {
  meta: PIN_WITHOUT_LONGTERM,
  names: ({ model }) => model.userPages.longTerm.pins.keys(),
  check,
};

/** Where an object is looked for being entered. */
interface Question {
  readonly file: SourceFile;
  readonly longTerm: LongTermPins;
  /** Functions that give pins back, by name. */
  readonly releasers: ReadonlySet<string>;
}

function check(subject: Subject): readonly Report[] {
  const { world, file, fn, giveUp } = subject;
  if (!fn || fn.origin === 'macro') return [];
  const { longTerm } = world.model.userPages;
  if (file.matches(new RegExp(`\\b(?:${longTerm.notified.join('|')})\\s*\\(`))) return [];
  const { context, flow } = file.analysis.analyse(fn);
  if (!flow.complete) giveUp();
  if (!flow.complete) return [];
  const pins = new Map<number, Call>();
  replayCalls(context, flow, (call, _contract, args) => {
    const value = args[longTerm.pins.get(call.name ?? '')?.flags ?? -1];
    const perhaps = value && passedFlags(context, value).perhaps;
    if (perhaps?.includes(longTerm.flag) === false) pins.set(call.start, call);
  });
  if (pins.size === 0) return [];
  const question = { file, longTerm, releasers: releasersIn(subject) };
  return [...pins.values()].flatMap((pin): Report[] => {
    const entered = staysPinned(subject, fn, pin) ? whereEntered(question, fn, pin) : undefined;
    if (!entered) return [];
    const by = pin.name ?? '';
    return [{ start: pin.start, length: by.length, api: by, message: 'kept', values: { by }, related: [entered] }];
  });
}

function releasersIn({ world, file }: Subject): ReadonlySet<string> {
  const { entries, userPages } = world.model;
  const drops = [...userPages.longTerm.pins.keys()].flatMap((name) => entries.get(name)?.counterparts ?? []);
  return new Set([...drops, ...callsInFile(file, [...new Set(drops)]).map(({ caller }) => caller.name)]);
}

/** True where the function is left on some way, by no error, and the pages are pinned. */
function staysPinned({ world, file }: Subject, fn: FunctionIr, pin: Call): boolean {
  return followFunction(world, file, fn).some(({ followed }) =>
    followed.some(
      ({ acquisition, complete, ways, events }) =>
        acquisition.call.start === pin.start &&
        complete &&
        (ways.some(({ state, returned }) => state.typestate === 'held' && returned !== NEGATIVE) ||
          !events.some(({ does }) => does === 'drop')),
    ),
  );
}

/** The place where the object that holds the pages of a pin is entered, by the function or by one that calls it. */
function whereEntered(question: Question, fn: FunctionIr, pin: Call): RelatedPlace | undefined {
  const filled = pin.args[question.longTerm.pins.get(pin.name ?? '')?.filled ?? -1];
  for (const holder of filled ? holdersOf(fn, filled) : []) {
    const found = enteredIn(question, fn, holder) ?? enteredByCallers(question, fn, holder);
    if (found) return found;
  }
  return undefined;
}

/** Variables that lead to what is filled: `region` for `region->pages`, and for a local that is stored there. */
function holdersOf(fn: FunctionIr, filled: Expr): readonly string[] {
  const path = pointee(filled) ?? pointerRoot(filled);
  if (path === undefined) return [];
  if (rootName(path) !== path) return [rootName(path)];
  const found = new Set<string>();
  eachAssignment(fn, (target, value) => {
    const [to, from] = [accessPathOf(target), accessPathOf(value)];
    if (from === path && to !== undefined && rootName(to) !== to) found.add(rootName(to));
    if (to === path && from !== undefined && rootName(from) !== from) found.add(rootName(from));
  });
  return [...found];
}

/** Where an object is entered by the code of a function, or by one that it hands the object to. */
function enteredIn(question: Question, fn: FunctionIr, holder: string, down = 1): RelatedPlace | undefined {
  const { file, longTerm } = question;
  const types = declaredTypes(fn);
  const place = (at: number, by: string): RelatedPlace => ({
    ...file.place(at),
    text: `${by} keeps what holds the pages`,
  });
  let found: RelatedPlace | undefined;
  visitExpressions(fn.body, (expr) => {
    if (found) return;
    if (expr.op === 'assign' && expr.target.op === 'name' && accessPathOf(expr.value) === holder) {
      const { name } = expr.target;
      if (!types.has(name) && file.declaring(name).length > 0) found = place(expr.start, name);
    }
    if (expr.op !== 'call' || expr.name === undefined) return;
    const entry = expr.args[longTerm.indexes.get(expr.name) ?? -1];
    if (leadsFrom(entry) === holder) found = place(expr.start, `${expr.name}()`);
    if (found || down === 0) return;
    const [callee, ...more] = file.table.find(expr.name);
    if (!callee || more.length > 0 || callee.origin === 'macro') return;
    for (const [at, arg] of expr.args.entries()) {
      const parameter = accessPathOf(arg) === holder ? callee.params[at] : undefined;
      found ??= parameter && enteredIn(question, callee, parameter.name, down - 1);
    }
  });
  return found;
}

/** The variable that an argument leads to the object of: `&region->node`, `region`. */
function leadsFrom(arg: Expr | undefined): string | undefined {
  const path = arg && (pointee(arg) ?? accessPathOf(arg));
  return path === undefined ? undefined : rootName(path);
}

/** Where a function that hands the object in, or gets it as the answer, enters it and leaves the pages pinned. */
function enteredByCallers(question: Question, fn: FunctionIr, holder: string): RelatedPlace | undefined {
  const at = fn.params.findIndex(({ name }) => name === holder);
  for (const caller of question.file.table.mentioning(fn.name).functions) {
    for (const [call, object] of objectsOf(caller, fn.name, at)) {
      const found = leavesPinned(question, caller, call) ? enteredIn(question, caller, object) : undefined;
      if (found) return found;
    }
  }
  return undefined;
}

/** The calls of a function with the variable that leads to the object: the argument at a place, or else what is set to the answer. */
function objectsOf(caller: FunctionIr, name: string, at: number): readonly [Call, string][] {
  const found: [Call, string][] = [];
  if (at < 0) {
    eachAssignment(caller, (target, value) => {
      if (value.op === 'call' && value.name === name && target.op === 'name') found.push([value, target.name]);
    });
    return found;
  }
  visitExpressions(caller.body, (expr) => {
    const object = expr.op === 'call' && expr.name === name ? leadsFrom(expr.args[at]) : undefined;
    if (expr.op === 'call' && object !== undefined) found.push([expr, object]);
  });
  return found;
}

/** True where a way leads from a call to the end of the function, by no error, on which nobody gives pins back. */
function leavesPinned({ file, releasers }: Question, caller: FunctionIr, call: Call): boolean {
  const { cfg } = file.analysis.analyse(caller).flow;
  if (cfg.uncertain !== undefined) return false;
  const from = cfg.nodes.find((node) => has(node, (expr) => expr.start === call.start && expr.op === 'call'));
  const seen = new Set<NodeId>(from?.next ?? []);
  // A set that grows while it is walked: nodes that are added come up later.
  for (const id of seen) {
    const node = cfg.nodes[id];
    if (!node || has(node, (expr) => expr.op === 'call' && releasers.has(expr.name ?? ''))) continue;
    if (isEnd(cfg, node)) return true;
    for (const next of node.next) seen.add(next);
  }
  return false;
}

/** A return of nothing, of zero or more, or of a pointer. */
function isEnd({ exit }: Cfg, node: CfgNode): boolean {
  if (node.op !== 'return') return node.next.includes(exit);
  const { value } = node;
  return value === undefined || (value.op === 'number' && (value.value ?? -1) >= 0);
}

function has(node: CfgNode, is: (expr: Expr) => boolean): boolean {
  const holds = (expr: Expr): boolean => is(expr) || partsOf(expr).some(holds);
  const expr = expressionOf(node);
  return expr !== undefined && holds(expr);
}
