/**
 * What a tree itself shows of the behaviour a release number only suggests. Distribution trees backport, so where a fact
 * is given here it wins over the model's range; an absent fact means that the file that would show it is not in the tree.
 */
export interface TreeFacts {
  /** Members of `enum memory_type`: which ZONE_DEVICE types the tree knows. */
  readonly memoryTypes?: TreeFact<readonly string[]>;
  /** Whether the function that initialises a ZONE_DEVICE page sets PG_reserved. */
  readonly marksZoneDeviceReserved?: TreeFact<boolean>;
  /** Helpers that the memory headers declare, by name in order; those asked for and not there are missing. */
  readonly helpers?: readonly TreeHelper[];
  /** Whether vm_normal_page() gives no page for a devmap entry. */
  readonly vmNormalPageDropsDevmap?: TreeFact<boolean>;
  /** Places where a dax mapping is made VM_MIXEDMAP; empty where the dax files are there and none does. */
  readonly daxMixedMap?: readonly TreePlace[];
}

/** Path relative to the root with forward slashes, one-based line. */
export interface TreePlace {
  readonly path: string;
  readonly line: number;
}

export interface TreeFact<Value> extends TreePlace {
  readonly value: Value;
}

export interface TreeHelper extends TreePlace {
  readonly name: string;
}

/** Where the facts of a tree are read from, and by which names; paths are relative to the root. */
export interface TreeSigns {
  /** Helpers whose presence tells what idioms a tree has, and the headers they can be declared in. */
  readonly helpers: readonly string[];
  readonly headers: readonly string[];
  /** How the macros begin that let modules use a function. */
  readonly exports: string;
  /** The enumeration of the types of device memory. */
  readonly memoryTypes: { readonly file: string; readonly enum: string };
  /** The function that initialises a device page stands in one of the files; it may set the bit by a setter or by its number. */
  readonly marksReserved: {
    readonly files: readonly string[];
    readonly functions: readonly string[];
    readonly setters: readonly string[];
    readonly bitSetters: readonly string[];
    readonly bit: string;
  };
  /** What looks up the page of a user page table, and the question by which it leaves device pages out. */
  readonly normalPage: { readonly file: string; readonly functions: readonly string[]; readonly asks: string };
  /** Files that map dax pages: those listed, and `named` in every folder of `below`; and the flags that they may set. */
  readonly daxMixedMap: {
    readonly files: readonly string[];
    readonly below: string;
    readonly named: string;
    readonly flags: readonly string[];
  };
}
