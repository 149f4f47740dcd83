import { isEntered } from '../../flow/cfg/decisions.js';
import type { CfgNode } from '../../flow/cfg/cfg.js';
import type { Prepared } from '../../ownership/prepared.js';
import { backFrom } from '../../ownership/state.js';
import type { OwnershipState } from '../../ownership/state.js';
import { visitStatements } from '../../syntax/ir-walk.js';
import type { Stmt } from '../../syntax/index.js';
import { statementsAround } from '../fixes/statements.js';
import type { Exit } from './insert.js';

type If = Extract<Stmt, { op: 'if' }>;
type Branch = Extract<CfgNode, { op: 'branch' }>;

/** Exits of one way that are tried. */
const MOST = 4;

/** The jumps that a way out took, the last one first: its return, and what the branches end with that it entered before. */
export function exitsOf(
  prepared: Prepared,
  { state, start }: { readonly state: OwnershipState; readonly start: number },
): readonly Exit[] {
  const { fn } = prepared;
  const ifs: If[] = [];
  visitStatements(fn.body, (statement) => {
    if (statement.op === 'if') ifs.push(statement);
  });
  const around = statementsAround(fn, start);
  const last = around.at(-1);
  const inside = around.at(-2)?.statement;
  const final: Exit[] =
    last?.statement.op === 'return' ? [{ ...last, around: inside?.op === 'if' ? inside : undefined }] : [];
  const entered = branchesOn(prepared, state).flatMap(([branch, holds]): Exit[] => {
    const owner = ifs.find(
      ({ condition }) => condition.start <= branch.condition.start && branch.condition.end <= condition.end,
    );
    const list = owner && (isEntered(branch, holds) ? owner.then : owner.else);
    const statement = list?.at(-1);
    return owner && list && statement && isJump(statement)
      ? [{ statement, list, index: list.length - 1, around: owner }]
      : [];
  });
  return [...final, ...entered]
    .filter(({ statement }, at, all) => all.findIndex((one) => one.statement === statement) === at)
    .slice(0, MOST);
}

function isJump({ op }: Stmt): boolean {
  return ['goto', 'return', 'break', 'continue'].includes(op);
}

/** The conditions that a way went by since the page was taken, the last one first, each of an `if` once. */
function branchesOn({ cfg }: Prepared, last: OwnershipState): [Branch, boolean][] {
  const found: [Branch, boolean][] = [];
  let to: number | undefined;
  for (const at of backFrom(last)) {
    const node = cfg.nodes[at.node];
    if (node?.op === 'branch' && to !== undefined && !found.some(([one]) => one.whole === node.whole)) {
      found.push([node, to === node.next[0]]);
    }
    if (at.before?.typestate !== 'held') break;
    to = at.node;
  }
  return found;
}
