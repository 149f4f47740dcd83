import { writtenIn } from '../flow/cfg/cfg.js';
import type { CfgNode, NodeId } from '../flow/cfg/cfg.js';
import type { Expr, TypeName } from '../syntax/ir.js';
import { partsOf } from '../syntax/ir-walk.js';
import { actsOfCall, isBorrower, isReader, seenThrough } from './calls.js';
import type { CallExpr } from './calls.js';
import { assignmentOf, callsOf, isPageUnit } from './nodes.js';
import type { Prepared } from './prepared.js';
import { isSmallNumber, pathOf, rootOf } from './paths.js';

/** A give-back of an element that the next turn of its loop gives back once more. */
export interface PutEachTurn {
  readonly call: CallExpr;
  /** The variable that should have moved on. */
  readonly index: string;
}

/** An element of a table as a loop gives it back: its index, and all variables that it is found by. */
interface Element {
  readonly index: string;
  readonly roots: ReadonlySet<string>;
  /** The node that finds it anew in each turn, where it has a name of its own. */
  readonly finds: NodeId | undefined;
}

/**
 * Give-backs of `table[i]` in a loop from which a way leads to the same give-back while neither the table nor the index was written:
 * in a loop that moves the index on other ways, or with an index that the function only ever sets to a number.
 */
export function putsEachTurn(prepared: Prepared): readonly PutEachTurn[] {
  const { cfg, inLoops } = prepared;
  return cfg.nodes
    .filter(({ id }) => inLoops.has(id))
    .flatMap((node) => givenBackBy(prepared, node).flatMap((put) => eachTurn(prepared, node, put)));
}

function eachTurn(prepared: Prepared, node: CfgNode, { call, arg }: Put): PutEachTurn[] {
  const { locals, loops } = prepared;
  const body = innermost(loops, node.id);
  const element = body && elementOf(prepared, arg, body);
  const type = element && locals.types.get(element.index);
  if (!body || !type || !isCount(type) || locals.addressTaken.has(element.index)) return [];
  const isAgain = isCursor(prepared, element.index, body) && comesBack(prepared, node, body, element);
  return isAgain ? [{ call, index: element.index }] : [];
}

function isCount(type: TypeName): boolean {
  return isSmallNumber(type) || (type.pointers === 0 && /^(unsigned )?long$|^pgoff_t$/.test(type.base));
}

/** A call that gives one page back, with the argument that names it. */
interface Put {
  readonly call: CallExpr;
  readonly arg: Expr;
}

function givenBackBy({ knowledge }: Prepared, node: CfgNode): Put[] {
  return callsOf(node).flatMap((call) => {
    const acts = call.name === undefined ? [] : (knowledge.model.acts.get(call.name) ?? []);
    const drop = acts.find(({ does, unit, when }) => does === 'drop' && when === 'always' && isPageUnit(unit));
    const arg = drop && drop.on.through === undefined && drop.on.at !== 'result' ? call.args[drop.on.at] : undefined;
    return arg ? [{ call, arg: seenThrough(arg, knowledge) }] : [];
  });
}

function innermost(loops: Prepared['loops'], id: NodeId): ReadonlySet<NodeId> | undefined {
  const around = [...loops.values()].filter((body) => body.has(id));
  return around.sort((a, b) => a.size - b.size)[0];
}

/** `table[i]`, or a member of `p` behind `p = &table[i]`. */
function elementOf({ cfg, locals }: Prepared, arg: Expr, body: ReadonlySet<NodeId>): Element | undefined {
  const own = indexIn(arg);
  if (own !== undefined) return { index: own, roots: namesIn(arg), finds: undefined };
  const name = rootOf(pathOf(arg) ?? '');
  if (!locals.types.has(name) || locals.params.has(name) || locals.addressTaken.has(name)) return undefined;
  const finding = [...body].filter((id) => assignmentOf(cfg.nodes[id] as CfgNode)?.target === name);
  const [finds] = finding;
  const value = finds === undefined ? undefined : assignmentOf(cfg.nodes[finds] as CfgNode)?.value;
  const index = value && indexIn(value);
  if (!value || index === undefined || finding.length > 1) return undefined;
  return { index, roots: new Set([...namesIn(value), name]), finds };
}

/** The variable that alone is the index of an element, or of what it is a member or the address of. */
function indexIn(expr: Expr): string | undefined {
  if (expr.op === 'index') return expr.index.op === 'name' ? expr.index.name : undefined;
  if (expr.op === 'member') return indexIn(expr.object);
  if (expr.op === 'cast' || (expr.op === 'unary' && expr.operator === '&')) return indexIn(expr.operand);
  return undefined;
}

function namesIn(expr: Expr): ReadonlySet<string> {
  return new Set([...(expr.op === 'name' ? [expr.name] : []), ...partsOf(expr).flatMap((part) => [...namesIn(part)])]);
}

/** True for an index that the loop moves on some way, or that stands for the first element of a loop which forgot to. */
function isCursor({ cfg, locals, inLoops }: Prepared, index: string, body: ReadonlySet<NodeId>): boolean {
  const writing = cfg.nodes.filter((node) => writes(node, new Set([index])));
  if (writing.some(({ id }) => body.has(id))) return true;
  const isNumber = (node: CfgNode): boolean => {
    const value = assignmentOf(node)?.value;
    return !inLoops.has(node.id) && (value?.op === 'number' || (node.op === 'declare' && node.initial === undefined));
  };
  return !locals.params.has(index) && writing.every(isNumber);
}

/** True where a way leads from a node to itself on which nothing is written or taken that the element is found by. */
function comesBack(prepared: Prepared, from: CfgNode, body: ReadonlySet<NodeId>, element: Element): boolean {
  const { nodes } = prepared.cfg;
  const seen = new Set<NodeId>();
  const waiting = from.next.filter((id) => body.has(id));
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (id === from.id) return true;
    const node = nodes[id];
    if (!node || seen.has(id)) continue;
    seen.add(id);
    const mayMove =
      id === element.finds ? false : writes(node, element.roots) || mayChange(prepared, node, element.roots);
    if (!mayMove) waiting.push(...node.next.filter((to) => body.has(to)));
  }
  return false;
}

/** True for a node that gives one of the variables, or a place found by it, another value. */
function writes(node: CfgNode, names: ReadonlySet<string>): boolean {
  if (node.op === 'turn') return true;
  if (node.op === 'set') return names.has(rootOf(pathOf(node.target) ?? ''));
  if (node.op === 'declare' && names.has(node.name)) return true;
  const isWritten = (target: Expr): boolean => [...namesIn(target)].some((name) => names.has(name));
  const isWrite = (expr: Expr): boolean =>
    (expr.op === 'assign' && isWritten(expr.target)) ||
    (expr.op === 'update' && isWritten(expr.operand)) ||
    partsOf(expr).some(isWrite);
  const expr = writtenIn(node);
  return expr !== undefined && isWrite(expr);
}

/** True where a call may take the page once more or put another one there, and where a count is asked for. */
function mayChange({ knowledge }: Prepared, node: CfgNode, names: ReadonlySet<string>): boolean {
  const isAbout = (call: CallExpr): boolean =>
    call.args.some((arg) => [...namesIn(arg)].some((name) => names.has(name)));
  const isHarmless = (call: CallExpr): boolean => {
    const acts = actsOfCall(call, knowledge);
    if (acts) return acts.every(({ does }) => does === 'borrow' || does === 'drop');
    return call.name !== undefined && (isBorrower(knowledge, call.name) || isReader(knowledge, call.name));
  };
  if (callsOf(node).some((call) => isAbout(call) && !isHarmless(call))) return true;
  return node.op === 'branch' && countsMore(node.condition, names);
}

/** `while (page_count(pages[i]) > 1)`: who asks how many references there are gives back all of them. */
function countsMore(condition: Expr, names: ReadonlySet<string>): boolean {
  if (condition.op !== 'binary') return partsOf(condition).some((part) => countsMore(part, names));
  const isNumber = (expr: Expr): boolean => expr.op === 'number' && expr.value !== 0;
  const isCall = (expr: Expr): boolean => expr.op === 'call' && [...namesIn(expr)].some((name) => names.has(name));
  const { left, right } = condition;
  return (
    (isCall(left) && isNumber(right)) ||
    (isCall(right) && isNumber(left)) ||
    countsMore(left, names) ||
    countsMore(right, names)
  );
}
