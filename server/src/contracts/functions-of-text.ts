import type { Signatures } from '@pageref/shared';
import type { FunctionIr, Item } from '../syntax/index.js';
import { distinctNames } from '../syntax/distinct-names.js';
import { expandMacros } from '../syntax/expand-macros.js';
import type { MacroDefinition } from '../syntax/expand-macros.js';
import { calledOtherwise, inSignature } from '../syntax/signatures.js';
import type { SignatureLookup } from '../syntax/signatures.js';
import type { HeaderDefinitions } from './header-definitions.js';
import type { Mentioning, ReadFunctions, Unread } from './read-functions.js';

/**
 * The functions of a text as one release reads them: calls by the signature of another one are those of this one, and macros of
 * headers that jump are what they stand for.
 */
export class FunctionsOfText implements ReadFunctions {
  /** Each function once: who knows things of a function knows them by the object. */
  private readonly known = new WeakMap<FunctionIr, FunctionIr>();
  private readonly others = new WeakMap<FunctionIr, readonly string[]>();
  private readonly lookup: SignatureLookup;

  /** @param defines whether the text has a definition of a name, whose parameters are what it says */
  constructor(
    private readonly read: ReadFunctions,
    private readonly defines: (name: string) => boolean,
    private readonly signatures: ReadonlyMap<string, Signatures>,
    /** What headers define for it; nothing where it is left out. */
    private readonly headers?: Pick<HeaderDefinitions, 'jumping'>,
  ) {
    this.lookup = (name) => (defines(name) ? undefined : signatures.get(name));
  }

  /** The same without what headers define. */
  get alone(): FunctionsOfText {
    return this.headers ? new FunctionsOfText(this.read, this.defines, this.signatures) : this;
  }

  /** True where a function may read otherwise with other headers, or with other macros of the text that use theirs. */
  get restOnHeaders(): boolean {
    return this.headers !== undefined;
  }

  named(name: string): readonly FunctionIr[] {
    return this.read.named(name).map((fn) => this.inSignature(fn));
  }

  macros(name: string): readonly FunctionIr[] {
    return this.read.macros(name).map((fn) => this.inSignature(fn));
  }

  mentioning(name: string): Mentioning {
    const { functions, complete } = this.read.mentioning(name);
    return { functions: functions.map((fn) => this.inSignature(fn)), complete };
  }

  definitions(name: string): readonly MacroDefinition[] {
    return this.read.definitions(name);
  }

  unread(item: Item): Unread | undefined {
    return this.read.unread(item);
  }

  inSignature(fn: FunctionIr): FunctionIr {
    let found = this.known.get(fn);
    if (!found) {
      const whole = this.withHeaders(fn);
      found = this.otherwise(whole).length === 0 ? whole : inSignature(whole, this.lookup);
      this.known.set(fn, found);
      if (found !== fn) this.others.set(found, this.otherwise(whole));
    }
    return found;
  }

  private withHeaders(fn: FunctionIr): FunctionIr {
    const { headers, read } = this;
    if (!headers) return fn;
    const elsewhere = new Set<MacroDefinition>();
    const lookup = (name: string): readonly MacroDefinition[] | undefined => {
      if (this.defines(name)) return read.definitions(name);
      const found = headers.jumping(name);
      found?.forEach((one) => elsewhere.add(one));
      return found;
    };
    const expanded = expandMacros(fn, lookup, (macro) => elsewhere.has(macro));
    return expanded === fn ? fn : distinctNames(expanded);
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
