import type { Random } from './random.js';

/** One kind of attack: what is tried again and again, each time otherwise, and must never succeed. */
export interface Attack {
  /** In kebab case, as `--only` takes it. */
  readonly name: string;
  /** What holds whatever is tried; docs/security.md says the same. */
  readonly promise: string;
  /** Part of the time, beside the other attacks' parts. */
  readonly share: number;
  /** Tries once; throws where the promise was broken. */
  readonly round: (round: Round) => Promise<void>;
}

/** What one round works with. */
export interface Round {
  readonly random: Random;
  /** An empty folder that is taken away afterwards. */
  readonly folder: string;
  /** Notes one thing that was tried and held, for the figures at the end. */
  readonly tried: (count?: number) => void;
}

/** What became of an attack. */
export interface Outcome {
  readonly name: string;
  readonly rounds: number;
  readonly tried: number;
  readonly failures: readonly Failure[];
  readonly seconds: number;
}

export interface Failure {
  readonly round: number;
  readonly message: string;
}
