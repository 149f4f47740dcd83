import type { Signatures } from '@pageref/shared';
import type { FunctionIr, Item } from '../syntax/index.js';
import { calledOtherwise, inSignature } from '../syntax/signatures.js';
import type { SignatureLookup } from '../syntax/signatures.js';
import type { Unread } from './source-file.js';

/** The functions of a text as they are written there, each read once. */
export interface ReadFunctions {
  named(name: string): readonly FunctionIr[];
  macros(name: string): readonly FunctionIr[];
  /** Functions whose code mentions a name; `complete` where all of them could be read. */
  mentioning(name: string): { readonly functions: readonly FunctionIr[]; readonly complete: boolean };
  unread(item: Item): Unread | undefined;
}

/** The functions of a text as one release reads them: calls by the signature of another one are those of this one. */
export class FunctionsOfText implements ReadFunctions {
  /** Each function once: who knows things of a function knows them by the object. */
  private readonly known = new WeakMap<FunctionIr, FunctionIr>();
  private readonly others = new WeakMap<FunctionIr, readonly string[]>();
  private readonly lookup: SignatureLookup;

  /** @param defines whether the text has a definition of a name, whose parameters are what it says */
  constructor(
    private readonly read: ReadFunctions,
    defines: (name: string) => boolean,
    private readonly signatures: ReadonlyMap<string, Signatures>,
  ) {
    this.lookup = (name) => (defines(name) ? undefined : signatures.get(name));
  }

  named(name: string): readonly FunctionIr[] {
    return this.read.named(name).map((fn) => this.inSignature(fn));
  }

  macros(name: string): readonly FunctionIr[] {
    return this.read.macros(name).map((fn) => this.inSignature(fn));
  }

  mentioning(name: string): ReturnType<ReadFunctions['mentioning']> {
    const { functions, complete } = this.read.mentioning(name);
    return { functions: functions.map((fn) => this.inSignature(fn)), complete };
  }

  unread(item: Item): Unread | undefined {
    return this.read.unread(item);
  }

  inSignature(fn: FunctionIr): FunctionIr {
    let found = this.known.get(fn);
    if (!found) {
      found = this.otherwise(fn).length === 0 ? fn : inSignature(fn, this.lookup);
      this.known.set(fn, found);
      if (found !== fn) this.others.set(found, this.otherwise(fn));
    }
    return found;
  }

  /** Names that functions call by another signature, defined in the text or not: a definition would end that. */
  calledOtherwise(functions: readonly FunctionIr[]): readonly string[] {
    return functions.flatMap((fn) => this.otherwise(fn));
  }

  private otherwise(fn: FunctionIr): readonly string[] {
    let names = this.others.get(fn);
    if (!names) this.others.set(fn, (names = calledOtherwise(fn, (name) => this.signatures.get(name))));
    return names;
  }
}
