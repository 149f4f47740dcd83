import type { Expr, Span, Stmt } from './ir.js';
import { mapParts, mapStatement } from './ir-walk.js';

/**
 * The text of a macro that another file defines, as it stands at one of its uses: all of it has the place of the use, which is the
 * only one that there is in this file. What is told apart by its place (a call, what a condition asks for) begins
 * somewhere in the name of the macro, each elsewhere.
 */

const TOLD_APART: ReadonlySet<Expr['op']> = new Set(['call', 'binary', 'member', 'index', 'update']);

/** Places inside of the name of a macro at a use. */
export class PlacesOfUse {
  private next: number;

  constructor(
    private readonly use: Span,
    /** Where the name ends. */
    private readonly last: number,
  ) {
    this.next = use.start;
  }

  /** The statements at this use; undefined where more is told apart in them than the name has letters. */
  placed(body: readonly Stmt[]): readonly Stmt[] | undefined {
    const found = this.statements(body);
    return this.next > this.last ? undefined : found;
  }

  private statements(body: readonly Stmt[]): readonly Stmt[] {
    return body.map((statement) => ({
      ...mapStatement(statement, { expr: (one) => this.expr(one), body: (inner) => this.statements(inner) }),
      ...this.around,
    }));
  }

  private expr(expr: Expr): Expr {
    const start = TOLD_APART.has(expr.op) ? this.next++ : this.use.start;
    const span = { start, end: this.use.end };
    if (expr.op === 'block') return { ...expr, body: this.statements(expr.body), ...span };
    const placed = { ...mapParts(expr, (part) => this.expr(part)), ...span };
    return placed.op === 'call' && placed.name !== undefined
      ? { ...placed, callee: { op: 'name', name: placed.name, start, end: this.last } }
      : placed;
  }

  private get around(): Span {
    return { start: this.use.start, end: this.use.end };
  }
}
