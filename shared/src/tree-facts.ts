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
