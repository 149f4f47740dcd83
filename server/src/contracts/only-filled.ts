import { functionAt } from './items-of-interest.js';
import type { SourceFile } from './source-file.js';
import type { Expr, FunctionIr } from '../syntax/index.js';

/** What fills a variable or a member, by the text of its file: all that is assigned to anything of that name counts. */

/** A call in the text of the file that gives what is asked for. */
export interface Made {
  readonly maker: string;
  readonly at: number;
}

/** The name of the call that a value is, where it gives what is asked for. */
export type IsMade = (value: string) => string | undefined;

/** `put-back`: nothing but what the place held before. */
type Filled = Made | 'put-back' | undefined;

export interface FilledQuestion {
  readonly file: SourceFile;
  readonly fn: FunctionIr;
  readonly isMade: IsMade;
  /** Matches where something is done to a name behind which it is no longer what was made. */
  readonly out: (name: string) => RegExp;
}

/** The call that fills a variable of the function or a member, where nothing of that name is filled by another. */
export function onlyFilled(question: FilledQuestion, place: Expr): Made | undefined {
  const { file, fn, isMade, out } = question;
  if (place.op === 'name') return localMade(question, fn, place.name);
  if (place.op !== 'member' || file.matches(out(place.field))) return undefined;
  const field = new RegExp(`(?:\\.|->)\\s*${place.field}\\s*=(?!=)\\s*([^;]+);`);
  const filled = allMade(valuesIn(file.found(field), 0), (value, at) => {
    const maker = isMade(value);
    if (maker !== undefined) return { maker, at };
    const around = /^\w+$/.test(value) ? functionAt(file, at) : undefined;
    return around && localFilled(question, around, value, place.field);
  });
  return filled === 'put-back' ? undefined : filled;
}

function localMade(question: FilledQuestion, fn: FunctionIr, name: string): Made | undefined {
  const filled = localFilled(question, fn, name);
  return filled === 'put-back' ? undefined : filled;
}

/**
 * The call that fills a local variable.
 * @param member what is read of this member is put back, and says nothing
 */
function localFilled(
  { file: { text }, isMade, out }: FilledQuestion,
  fn: FunctionIr,
  name: string,
  member?: string,
): Filled {
  const body = text.slice(fn.start, fn.end);
  if (fn.params.some((param) => param.name === name) || out(name).test(body)) return undefined;
  const assigned = new RegExp(`(?<![.>]\\s*)\\b${name}\\s*=(?!=)\\s*([^;]+);`, 'g');
  return allMade(valuesIn([...body.matchAll(assigned)], fn.start), (value, at) => {
    if (member !== undefined && new RegExp(`^[\\w.>[\\]-]+(?:\\.|->)${member}$`).test(value)) return 'put-back';
    const maker = isMade(value);
    return maker === undefined ? undefined : { maker, at };
  });
}

interface Written {
  readonly value: string;
  readonly at: number;
}

function valuesIn(found: readonly RegExpExecArray[], start: number): readonly Written[] {
  const values = found.map((match) => ({
    value: (match[1] ?? '').trim(),
    at: start + match.index,
  }));
  return values.filter(({ value }) => value !== 'NULL');
}

/** The first call among them, where each value is one or is put back. */
function allMade(values: readonly Written[], made: (value: string, at: number) => Filled): Filled {
  const found = values.map(({ value, at }) => made(value, at));
  if (found.length === 0 || found.includes(undefined)) return undefined;
  return found.find((one) => one !== 'put-back') ?? 'put-back';
}

/** The arguments of a call as they are written, without the rest of the statement. */
export function argumentsIn(text: string): readonly string[] {
  const args: string[] = [];
  let [depth, arg] = [0, ''];
  for (const c of text) {
    if (c === ')' && depth === 0) break;
    if (c === '(') depth++;
    if (c === ')') depth--;
    if (c === ',' && depth === 0) args.push(arg);
    arg = c === ',' && depth === 0 ? '' : arg + c;
  }
  return [...args, arg].map((one) => one.trim());
}
