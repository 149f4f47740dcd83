import { eachStatement, LABELS, withBlocks } from './language.js';
import type { Block, Condition, Label, Program, Reserved, Statement } from './language.js';

/**
 * Makes legal C of what was generated: a label stands once in a function, nobody jumps into a statement expression, `break`
 * has a loop or switch and `continue` a loop, and case labels have a switch. What is not legal becomes a return or goes.
 * Everything is made anew, so that tests are told apart by their identity.
 */
export function wellFormed({ fit, pick, visit, body }: Program): Program {
  const asks = new FunctionMaker();
  const answer = asks.condition(fit.answer, OUTSIDE);
  return {
    fit: { body: asks.function(fit.body), answer },
    pick: { body: new FunctionMaker().function(pick.body), answer: pick.answer },
    visit: new FunctionMaker().function(visit),
    body: new FunctionMaker().function(body),
  };
}

/** What surrounds a statement, as far as that decides what may stand there. */
interface Around {
  readonly breaks: boolean;
  readonly continues: boolean;
  readonly cases: { hasDefault: boolean } | undefined;
  readonly shadowed: boolean;
  /** The innermost statement expression: labels are its own, jumps lead to those of it and of what is around it. */
  readonly block: Enclosing;
}

interface Enclosing {
  readonly outer: Enclosing | undefined;
}

const OUTSIDE: Around = {
  breaks: false,
  continues: false,
  cases: undefined,
  shadowed: false,
  block: { outer: undefined },
};
const RETURN: Statement = { op: 'return' };

class FunctionMaker {
  private readonly labels = new Map<Label, Enclosing>();
  private readonly jumps: { readonly at: Statement[]; readonly index: number; readonly from: Enclosing }[] = [];

  /** Jumps are checked when all labels are known. */
  function(body: Block): Block {
    const made = this.block(body, OUTSIDE);
    this.checkJumps();
    return withoutOrphans(made);
  }

  private checkJumps(): void {
    for (const { at, index, from } of this.jumps) {
      const jump = at[index];
      if (jump?.op === 'jump-any' && ![...this.labels.values()].some((block) => block === OUTSIDE.block)) {
        at[index] = RETURN;
      } else if (jump && 'label' in jump && !this.leadsOut(from, jump.label)) at[index] = RETURN;
    }
  }

  private leadsOut(from: Enclosing, label: Label): boolean {
    const target = this.labels.get(label);
    for (let at: Enclosing | undefined = from; at; at = at.outer) if (at === target) return true;
    return false;
  }

  private block(body: Block, around: Around): Statement[] {
    const made: Statement[] = [];
    for (const statement of body) {
      const one = this.statement(statement, around);
      if (!one) continue;
      if (('label' in one && one.op !== 'label') || one.op === 'jump-any') {
        this.jumps.push({ at: made, index: made.length, from: around.block });
      }
      made.push(one);
    }
    return made;
  }

  private statement(statement: Statement, around: Around): Statement | undefined {
    switch (statement.op) {
      case 'test':
        return { op: 'test', test: reserved(statement.test) };
      case 'set':
      case 'gather':
      case 'ask':
      case 'leave-if':
      case 'go-if':
      case 'set-unless':
        return { ...statement, condition: this.condition(statement.condition, around) };
      case 'stop-if':
      case 'skip-if':
        return {
          ...statement,
          op: legalMacro(statement.op, around),
          condition: this.condition(statement.condition, around),
        };
      case 'if':
        return {
          ...statement,
          condition: this.condition(statement.condition, around),
          then: this.block(statement.then, around),
          else: this.block(statement.else, around),
        };
      case 'while':
      case 'do':
      case 'for':
        return {
          ...statement,
          condition: this.condition(statement.condition, { ...around, breaks: false, continues: false }),
          body: this.block(statement.body, { ...around, breaks: true, continues: true }),
        };
      case 'once':
        return { ...statement, body: this.block(statement.body, { ...around, breaks: true, continues: true }) };
      case 'switch':
        return {
          ...statement,
          body: this.block(statement.body, { ...around, breaks: true, cases: { hasDefault: false } }),
        };
      case 'shadow':
        return around.shadowed
          ? { op: 'once', body: this.block(statement.body, { ...around, breaks: true, continues: true }) }
          : { ...statement, body: this.block(statement.body, { ...around, shadowed: true }) };
      case 'aim':
        return around.shadowed && statement.at === 'q' ? { ...statement, at: 'p' } : statement;
      case 'break':
      case 'continue':
        return around[`${statement.op}s`] ? statement : RETURN;
      case 'may-leave':
        return statement.how === 'return' || around[`${statement.how}s`] ? statement : { ...statement, how: 'return' };
      case 'label':
        if (this.labels.has(statement.label)) return undefined;
        this.labels.set(statement.label, around.block);
        return statement;
      case 'case':
        return around.cases && statement;
      case 'default':
        if (!around.cases || around.cases.hasDefault) return undefined;
        around.cases.hasDefault = true;
        return statement;
      default:
        return { ...statement };
    }
  }

  condition(condition: Condition, around: Around): Condition {
    const again = (one: Condition): Condition => this.condition(one, around);
    switch (condition.op) {
      case 'reserved':
        return reserved(condition);
      case 'not':
        return { op: 'not', of: again(condition.of) };
      case 'and':
      case 'or':
        return { ...condition, left: again(condition.left), right: again(condition.right) };
      case 'choose':
        return { op: 'choose', if: again(condition.if), then: again(condition.then), else: again(condition.else) };
      case 'comma':
        return { ...condition, then: again(condition.then) };
      case 'block': {
        const inside: Around = { ...around, cases: undefined, block: { outer: around.block } };
        const body = this.block(condition.body, inside);
        return { op: 'block', body, answer: this.condition(condition.answer, inside) };
      }
      default:
        return condition;
    }
  }
}

/** A label that nothing jumps to would say that something out of sight does. */
function withoutOrphans(body: Block): Block {
  const aimed = new Set<Label>();
  eachStatement(body, (statement) => {
    if ('label' in statement && statement.op !== 'label') aimed.add(statement.label);
    if (statement.op === 'jump-any') for (const label of LABELS) aimed.add(label);
  });
  const prune = (block: Block): Block =>
    block
      .filter((statement) => statement.op !== 'label' || aimed.has(statement.label))
      .map((statement) => withBlocks(statement, prune));
  return prune(body);
}

function reserved({ page }: Reserved): Reserved {
  return { op: 'reserved', page };
}

function legalMacro(op: 'stop-if' | 'skip-if', around: Around): 'stop-if' | 'skip-if' | 'leave-if' {
  return (op === 'stop-if' ? around.breaks : around.continues) ? op : 'leave-if';
}
