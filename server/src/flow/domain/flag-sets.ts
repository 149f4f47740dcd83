/** Words of flags as far as they are known: `flags = FOLL_WRITE; if (keep) flags |= FOLL_LONGTERM;`. */
export interface Flags {
  /** Set on every path, sorted. */
  readonly surely: readonly string[];
  /** Set on some path, sorted; undefined where any flag may be. */
  readonly perhaps: readonly string[] | undefined;
}

export const NO_FLAGS: Flags = { surely: [], perhaps: [] };
const ANY_FLAGS: Flags = { surely: [], perhaps: undefined };

/** What is known of a value: its flags, none for zero, and nothing for anything else. */
export function flagsOf({ flags, number, known }: FlagValue): Flags {
  return flags ?? (number === 0 || known === 'null' ? NO_FLAGS : ANY_FLAGS);
}

/** The parts of a value that tell its flags. */
export interface FlagValue {
  readonly flags?: Flags;
  readonly number?: number;
  readonly known?: 'null' | 'nonnull';
}

export function oneFlag(name: string): Flags {
  return { surely: [name], perhaps: [name] };
}

/** `a | b` */
export function bothFlags(a: Flags, b: Flags): Flags {
  return { surely: union(a.surely, b.surely), perhaps: a.perhaps && b.perhaps && union(a.perhaps, b.perhaps) };
}

/** Either of two values. */
export function eitherFlags(a: Flags, b: Flags): Flags {
  const surely = a.surely.filter((flag) => b.surely.includes(flag));
  return { surely, perhaps: a.perhaps && b.perhaps && union(a.perhaps, b.perhaps) };
}

/** `a & ~b` */
export function withoutFlags(a: Flags, b: Flags): Flags {
  const { perhaps } = b;
  const surely = perhaps === undefined ? [] : a.surely.filter((flag) => !perhaps.includes(flag));
  return { surely, perhaps: a.perhaps?.filter((flag) => !b.surely.includes(flag)) };
}

/** `a & b`: what is known to be in both, and what may be. */
export function commonFlags(a: Flags, b: Flags): Flags {
  const surely = a.surely.filter((flag) => b.surely.includes(flag));
  const [left, right] = [a.perhaps, b.perhaps];
  return { surely, perhaps: left && right ? left.filter((flag) => right.includes(flag)) : (left ?? right) };
}

/** Undefined for flags of which nothing is known. */
export function ifKnown(flags: Flags): Flags | undefined {
  return flags.surely.length === 0 && flags.perhaps === undefined ? undefined : flags;
}

export function sameFlags(a: Flags | undefined, b: Flags | undefined): boolean {
  if (a === b) return true;
  return a !== undefined && b !== undefined && sameNames(a.surely, b.surely) && sameNames(a.perhaps, b.perhaps);
}

function sameNames(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  return a?.join() === b?.join();
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])].sort();
}
