import type { Expr, FunctionIr, Stmt } from '../syntax/ir.js';
import type { Contract, ContractLookup } from '../flow/contract.js';
import { pointee, rootName, accessPathOf } from '../flow/domain/access-paths.js';
import type { Vocabulary } from '../flow/vocabulary.js';
import { bodiesOf, expressionsOf, partsOf } from '../syntax/ir-walk.js';

/**
 * Could a function have a contract at all? Only if a call that means something is about one of its parameters, or if what
 * such a call took can leave by the result or an out-parameter. Asked of the syntax alone, before any flow is computed:
 * most functions that use page references use them on pages of their own. It errs towards yes.
 */
export function mayHaveContract(fn: FunctionIr, contractOf: ContractLookup, vocabulary: Vocabulary): boolean {
  const facts = new Facts(contractOf, vocabulary);
  facts.visit(fn.body);
  const params = facts.closure(fn.params.map(({ name }) => name));
  if (facts.asked.some((root) => params.has(root))) return true;
  const taken = facts.closure([TAKEN, ...facts.taken]);
  if (facts.returned.some((root) => taken.has(root))) return true;
  return facts.stored.some(({ into, roots }) => params.has(into) && roots.some((root) => taken.has(root)));
}

/** Stands for a page that a call has just taken and nobody has named yet. */
const TAKEN = '#taken';

/** What the syntax of a body says about which variables may name the same pages. */
class Facts {
  /** Variables by what may be assigned to them. */
  private readonly flows: { readonly to: string; readonly from: readonly string[] }[] = [];
  /** Variables that a call with a meaning is about. */
  readonly asked: string[] = [];
  /** Variables that a call fills with pages it took. */
  readonly taken: string[] = [];
  readonly returned: string[] = [];
  /** Writes through a pointer. */
  readonly stored: { readonly into: string; readonly roots: readonly string[] }[] = [];

  constructor(
    private readonly contractOf: ContractLookup,
    private readonly vocabulary: Vocabulary,
  ) {}

  visit(body: readonly Stmt[]): void {
    for (const statement of body) {
      if (statement.op === 'declare' && statement.initial) this.flow(statement.name, statement.initial);
      if (statement.op === 'return' && statement.value) this.returned.push(...this.roots(statement.value));
      for (const expr of expressionsOf(statement)) this.look(expr);
      for (const inner of bodiesOf(statement)) this.visit(inner);
    }
  }

  /** The variables that may name the same pages as the given ones. */
  closure(from: readonly string[]): ReadonlySet<string> {
    const reached = new Set(from);
    for (let before = -1; before !== reached.size;) {
      before = reached.size;
      for (const { to, from: roots } of this.flows) if (roots.some((root) => reached.has(root))) reached.add(to);
    }
    return reached;
  }

  private flow(to: string, value: Expr): void {
    const from = this.roots(value);
    if (from.length > 0) this.flows.push({ to, from });
  }

  private look(expr: Expr): void {
    if (expr.op === 'assign') this.assign(expr);
    if (expr.op === 'call') this.call(expr);
    if (expr.op === 'block') this.visit(expr.body);
    const tested = this.vocabulary.matchReserved(expr)?.page;
    if (tested) this.asked.push(...this.roots(tested));
    for (const part of partsOf(expr)) this.look(part);
  }

  private assign({ target, value }: Extract<Expr, { op: 'assign' }>): void {
    const place = accessPathOf(target);
    if (place === undefined) return;
    const root = rootName(place);
    if (place === root) return this.flow(root, value);
    const roots = this.roots(value);
    this.stored.push({ into: root, roots });
    if (target.op === 'index' || target.op === 'unary') this.flows.push({ to: root, from: roots });
  }

  private call(call: Extract<Expr, { op: 'call' }>): void {
    const contract = call.name === undefined ? undefined : this.contractOf(call.name);
    const [first, second] = call.args;
    if (call.name !== undefined && this.vocabulary.stores.has(call.name) && first && second) {
      this.flow(rootName(accessPathOf(first) ?? ''), second);
    }
    if (!contract) return;
    for (const { on, does } of contract.effects) {
      const arg = on.at === 'result' ? undefined : call.args[on.at];
      if (!arg) continue;
      const roots = this.roots(arg);
      this.asked.push(...roots);
      if (does === 'acquire') this.taken.push(...roots);
    }
    // An answer about a page, and a page that is there for some kinds only: both tell of what was handed in.
    for (const operand of [contract.predicate?.of, ...contract.sources.map(({ same }) => same)]) {
      const arg = operand === undefined || operand.at === 'result' ? undefined : call.args[operand.at];
      if (arg) this.asked.push(...this.roots(arg));
    }
  }

  /** The variables whose pages an expression may name. */
  private roots(expr: Expr): readonly string[] {
    switch (expr.op) {
      case 'name':
        return [expr.name];
      case 'member':
        return this.isPageMember(expr.field) ? this.roots(expr.object) : [];
      case 'index':
        return this.roots(expr.object);
      case 'unary': {
        const target = pointee(expr);
        return target === undefined ? this.roots(expr.operand) : [rootName(target)];
      }
      case 'update':
      case 'cast':
        return this.roots(expr.operand);
      case 'assign':
        return this.roots(expr.value);
      case 'comma':
        return this.roots(expr.right);
      case 'binary':
        return [...this.roots(expr.left), ...this.roots(expr.right)];
      case 'conditional':
        return [...(expr.then ? this.roots(expr.then) : this.roots(expr.condition)), ...this.roots(expr.else)];
      case 'call':
        return this.callRoots(expr);
      case 'block': {
        const last = expr.body.at(-1);
        return last?.op === 'expr' ? this.roots(last.expr) : [];
      }
      default:
        return [];
    }
  }

  private callRoots(call: Extract<Expr, { op: 'call' }>): readonly string[] {
    if (call.name === undefined) return [];
    const { transparent, choosers, volatileReads } = this.vocabulary;
    if (transparent.has(call.name) || choosers.has(call.name) || volatileReads.has(call.name)) {
      return call.args.flatMap((arg) => this.roots(arg));
    }
    const contract = this.contractOf(call.name);
    return contract ? [...takenBy(contract), ...sameAs(contract).flatMap((at) => this.rootsOfArg(call, at))] : [];
  }

  private rootsOfArg(call: Extract<Expr, { op: 'call' }>, at: number): readonly string[] {
    const arg = call.args[at];
    return arg ? this.roots(arg) : [];
  }

  private isPageMember(field: string): boolean {
    const { pageTypes, flagGuards } = this.vocabulary;
    return (
      pageTypes.members.some((member) => member.field === field) ||
      flagGuards.some((guard) => guard.rangeMembers.includes(field))
    );
  }
}

function takenBy({ effects }: Contract): readonly string[] {
  return effects.some(({ does, on }) => does === 'acquire' && on.at === 'result') ? [TAKEN] : [];
}

/** Arguments whose page the result is, or may be. */
function sameAs({ conversion, sources }: Contract): readonly number[] {
  const operands = [conversion?.from, ...sources.map(({ same }) => same)];
  return operands.flatMap((operand) => (operand && operand.at !== 'result' ? [operand.at] : []));
}
