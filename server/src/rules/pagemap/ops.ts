import type { PagemapModel } from '@pageref/shared';
import type { SourceFile } from '../../contracts/source-file.js';
import { visitStatements } from '../../syntax/ir-walk.js';
import type { Expr, FunctionIr } from '../../syntax/index.js';
import { initialiserText } from './initialiser.js';
import { eachAssignment } from './stores.js';
import type { Place } from './stores.js';

/** What a registration has for ops. */
export interface FoundOps {
  /** The table, or where it is not known which, the expression that gives it: `demo->ops`, `demo_get_ops()`. */
  readonly name: string;
  readonly at: number;
  /** True where the name is that of the table. */
  readonly isTable: boolean;
  /** Members the table sets; undefined where the table is not in the file. */
  readonly members: readonly string[] | undefined;
}

/** The ops that stores into a pgmap give it; undefined where none is stored, or NULL alone. */
export function opsIn(file: SourceFile, { fn, stores }: Place, { names }: PagemapModel): FoundOps | undefined {
  for (const { field, value } of stores) {
    if (field !== names.ops || isNull(value)) continue;
    const table = tableOf({ file, known: new Map() }, fn, value);
    return {
      name: table ?? nameOf(file, value),
      at: value.start,
      isTable: table !== undefined,
      members: table === undefined ? undefined : membersOf(file, table, names.opsTable),
    };
  }
  return undefined;
}

interface Search {
  readonly file: SourceFile;
  /** The table of each function and local that was looked at: one that leads back to itself has none. */
  readonly known: Map<string, string | undefined>;
}

/** The table a value is: named itself, by a local that was set to it, or by what a function of the file returns. */
function tableOf(search: Search, fn: FunctionIr, value: Expr): string | undefined {
  if (value.op === 'cast') return tableOf(search, fn, value.operand);
  if (value.op === 'unary') {
    return value.operator === '&' && value.operand.op === 'name' ? value.operand.name : undefined;
  }
  if (value.op === 'name') {
    const { name } = value;
    const values = valuesOf(fn, name);
    if (values.length === 0) return name;
    return once(search, `${fn.name} ${name}`, () => onlyOne(values.map((one) => tableOf(search, fn, one))));
  }
  const { name } = value.op === 'call' ? value : {};
  if (name === undefined) return undefined;
  return once(search, name, () => onlyOne(search.file.table.find(name).flatMap((callee) => givenBy(search, callee))));
}

function givenBy(search: Search, callee: FunctionIr): readonly (string | undefined)[] {
  return returnsOf(callee).map((value) => tableOf(search, callee, value));
}

function once({ known }: Search, key: string, find: () => string | undefined): string | undefined {
  if (known.has(key)) return known.get(key);
  known.set(key, undefined);
  const found = find();
  known.set(key, found);
  return found;
}

/** As it is written, for people: `&tables[n]` is an element of tables. */
function nameOf({ text }: SourceFile, { start, end }: Expr): string {
  return text.slice(start, end).replace(/^&\s*/, '').replace(/\s+/g, ' ');
}

function onlyOne(tables: readonly (string | undefined)[]): string | undefined {
  return tables.every((one) => one === tables[0]) ? tables[0] : undefined;
}

function valuesOf(fn: FunctionIr, name: string): Expr[] {
  const values: Expr[] = [];
  eachAssignment(fn, (target, value) => {
    if (target.op === 'name' && target.name === name) values.push(value);
  });
  return values;
}

function returnsOf(fn: FunctionIr): Expr[] {
  const values: Expr[] = [];
  visitStatements(fn.body, (statement) => {
    if (statement.op === 'return' && statement.value) values.push(statement.value);
  });
  return values;
}

function isNull(expr: Expr): boolean {
  if (expr.op === 'cast') return isNull(expr.operand);
  return (expr.op === 'name' && expr.name === 'NULL') || (expr.op === 'number' && expr.value === 0);
}

/** Members an ops table of the file sets. */
export function membersOf(file: SourceFile, name: string, table: string): readonly string[] | undefined {
  const found = initialiserText(file, name, table);
  return found && [...found.body.matchAll(/\.(\w+)\s*=(?!=)/g)].map((match) => match[1] ?? '');
}
