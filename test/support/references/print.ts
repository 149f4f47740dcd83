import type { Condition, Program, Statement } from './language.js';

export interface Printed {
  readonly text: string;
  /** One-based lines of statements; of a body that is left at its end, that of `return err`. */
  readonly lineOf: ReadonlyMap<Statement, number>;
  readonly last: number;
}

/** The text of a program. Each statement is one object, and stands in one place. */
export function print({ body, out }: Program): Printed {
  const lines = [
    'int demo(struct demo *demo, int mode)',
    '{',
    '\tstruct page *p = NULL;',
    '\tstruct page *q = NULL;',
    '\tint err = 0;',
    '',
  ];
  const lineOf = new Map<Statement, number>();
  const add = (depth: number, line: string): void => void lines.push('\t'.repeat(depth) + line);
  const all = (statements: readonly Statement[], depth: number): void => {
    for (const one of statements) {
      lineOf.set(one, lines.length + 1);
      each(one, depth);
    }
  };
  const each = (one: Statement, depth: number): void => {
    if (one.is !== 'if' && one.is !== 'while') return textOf(one).forEach((line) => add(depth, line));
    add(depth, one.is === 'if' ? `if (${asks(one.condition)}) {` : 'while (demo_more(demo)) {');
    all(one.is === 'if' ? one.then : one.body, depth + 1);
    if (one.is === 'if' && one.else.length > 0) {
      add(depth, '} else {');
      all(one.else, depth + 1);
    }
    add(depth, '}');
  };
  all(body, 1);
  lines.push('out:');
  all(out, 1);
  add(1, 'return err;');
  return { text: [...lines, '}', ''].join('\n'), lineOf, last: lines.length };
}

function asks(condition: Condition): string {
  switch (condition.is) {
    case 'ready':
      return 'demo_ready(demo)';
    case 'mode':
      return `mode & ${String(condition.bit)}`;
    case 'got':
      return condition.page;
    case 'failed':
      return 'err';
  }
}

type Plain = Exclude<Statement, { readonly is: 'if' | 'while' }>;

function textOf(one: Plain): readonly string[] {
  switch (one.is) {
    case 'take':
      return [`${one.page} = alloc_page(GFP_KERNEL);`];
    case 'more':
      return [`get_page(${one.page});`];
    case 'put':
      return [`put_page(${one.page});`];
    case 'keep':
      return [`demo->slot = ${one.page};`];
    case 'clear':
      return [`${one.page} = NULL;`];
    case 'use':
      return [`clear_highpage(${one.page});`];
    case 'move':
      return [`${one.to} = ${one.from};`, `${one.from} = NULL;`];
    case 'start':
      return ['err = demo_start(demo);'];
    case 'fail':
      return ['err = -EIO;'];
    case 'leave':
      return [`${one.how};`];
  }
}
