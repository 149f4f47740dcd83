import type { Finding, Place, RelatedPlace } from '@pageref/shared';

/** What explains a finding, each place once. */
export interface Explaining {
  /** The way to it, in its order, without the finding's own place: that is told already. */
  readonly steps: readonly RelatedPlace[];
  /** Places that are on no way to it. */
  readonly beside: readonly RelatedPlace[];
}

export function explainingPlaces({ steps = [], related, ...own }: Explained): Explaining {
  const told = new Set(steps.map(keyOf));
  const here = steps.findLastIndex((step) => keyOf(step) === keyOf(own));
  return {
    steps: steps.filter((_, at) => at !== here),
    beside: related.filter((place) => !told.has(keyOf(place))),
  };
}

type Explained = Place & Pick<Finding, 'steps' | 'related'>;

function keyOf({ path, line, column }: Place): string {
  return `${line}:${column} ${path}`;
}
