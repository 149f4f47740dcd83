import { count } from '../syntax/counters.js';
import { distinctNames } from '../syntax/distinct-names.js';
import { expandMacros } from '../syntax/expand-macros.js';
import type { MacroDefinition, MacroLookup } from '../syntax/expand-macros.js';
import type { CReader, FunctionIr, Item } from '../syntax/index.js';
import type { ItemIndex } from './item-index.js';

/** Why a function could not be read. */
export interface Unread {
  readonly name: string;
  readonly start: number;
  readonly why: string;
}

/** Functions whose code mentions a name; `complete` where all of them could be read. */
export interface Mentioning {
  readonly functions: readonly FunctionIr[];
  readonly complete: boolean;
}

/** The functions of a text as they are written there, each read once. */
export interface ReadFunctions {
  named(name: string): readonly FunctionIr[];
  macros(name: string): readonly FunctionIr[];
  /** The macros of a name, those that hold nothing or could not be read as well. */
  definitions(name: string): readonly MacroDefinition[];
  mentioning(name: string): Mentioning;
  unread(item: Item): Unread | undefined;
}

/** Functions of a text, each read when it is asked for. */
export class LazyFunctions implements ReadFunctions {
  private readonly results = new Map<Item, ReturnType<CReader['readFunction']>>();
  private readonly mentions = new Map<string, Mentioning>();

  constructor(
    private readonly path: string,
    private readonly text: string,
    private readonly index: ItemIndex,
    private readonly reader: CReader,
  ) {}

  named(name: string): readonly FunctionIr[] {
    return this.index.named(name).flatMap((item) => this.read(item).functions);
  }

  macros(name: string): readonly FunctionIr[] {
    return this.defines(name).flatMap((item) => this.read(item).functions);
  }

  definitions(name: string): readonly MacroDefinition[] {
    return this.defines(name).flatMap((item): readonly MacroDefinition[] => {
      const { functions, error } = this.read(item);
      if (error) return ['unread'];
      return functions.length === 0 ? ['empty'] : functions;
    });
  }

  private defines(name: string): readonly Item[] {
    return this.index.named(name).filter(({ kind }) => kind === 'define');
  }

  mentioning(name: string): Mentioning {
    let result = this.mentions.get(name);
    if (!result) {
      const read = this.index.mentioning(name).map((item) => this.read(item));
      result = {
        functions: read.flatMap((one) => one.functions),
        complete: read.every((one) => one.functions.length > 0),
      };
      this.mentions.set(name, result);
    }
    return result;
  }

  unread(item: Item): Unread | undefined {
    const { error } = this.read(item);
    return error && { name: item.name, start: error.start, why: error.why };
  }

  private read(item: Item): ReturnType<CReader['readFunction']> {
    let result = this.results.get(item);
    if (!result) {
      count('read', `${this.path}:${item.name}@${item.start}`);
      const read = this.reader.readFunction(this.text, item);
      const functions = read.functions.map((fn) => distinctNames(expandMacros(fn, this.jumpingMacros)));
      this.results.set(item, (result = { ...read, functions }));
    }
    return result;
  }

  /** The definitions of a name as a macro, where one of them may jump. */
  private readonly jumpingMacros: MacroLookup = (name) => {
    const jumping = this.index.jumping();
    return this.defines(name).some((item) => jumping.includes(item)) ? this.definitions(name) : undefined;
  };
}
