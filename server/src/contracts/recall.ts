import { KnownFlows } from '../flow/known-flows.js';

/**
 * How the analysis of a text goes about what is asked of it more than once. Runs over files work everything out once; an
 * editor knows some of it from an earlier text, so it notes what each result rests on.
 */

/** Goes on with a piece of work later: what is asked then counts as asked by that work. */
export type Again = <T>(work: () => T) => T;

/** Something the analysis asks about the file around it or about what is known of other files, by the name it asks for. */
export interface Question {
  readonly kind: QuestionKind;
  readonly about: string;
}

/**
 * named      the functions and macros of the file that have the name
 * defined    whether the file has one
 * users      the functions of the file whose code mentions it
 * loose      whether it is used outside of functions
 * outside    what a call of it means as far as other files and the model say
 * elsewhere  what its callers in other files pass
 * matches    whether the text matches a pattern anywhere
 * declared   the declarations and types at file level that hold the word
 * includes   which headers it includes: where the code of functions that it does not define is looked for
 * jumping    the macros of the file that may hide a jump, whatever they are called
 * found      what a pattern matches in the text, and where
 * defines    the macros of the file, all of them
 * constant   the sign of a constant, see `SourceFile`
 * arms       what `#if` asks around the macros of the name
 */
export type QuestionKind =
  | 'named'
  | 'defined'
  | 'users'
  | 'loose'
  | 'outside'
  | 'elsewhere'
  | 'matches'
  | 'declared'
  | 'includes'
  | 'jumping'
  | 'found'
  | 'defines'
  | 'constant'
  | 'arms';

export interface Recall {
  /** Flows that other analyses of the same text have made; none where it is noted what each result rests on. */
  readonly flows?: KnownFlows;
  /** Somebody asks about what is around the work at hand. */
  asked(kind: QuestionKind, about: string): void;
  /** What `make` comes to, worked out once for one text. */
  once<T>(about: string, make: (again: Again) => T): T;
  /**
   * What `make` comes to, worked out now, for who keeps it. Whoever takes it from the function that is given rests on all that
   * was asked for it, as if it had been worked out anew.
   */
  noted<T>(make: (again: Again) => T): () => T;
  /**
   * The same as `once` for plain data without offsets: it holds for every text in which all that `make` asks about has the same
   * answer. `kind` and `about` have to say which result it is.
   */
  kept<T>(kind: string, about: string, make: () => T): T;
  /** Who to ask for the kept results of a kind, when another result rests on them. */
  answers(kind: string, answer: (about: string) => unknown): void;
}

/** Works everything out once, and notes nothing. */
export function onceEach(flows = new KnownFlows()): Recall {
  const known = new Map<string, unknown>();
  const again: Again = (work) => work();
  const once = <T>(about: string, make: (again: Again) => T): T => {
    if (!known.has(about)) known.set(about, make(again));
    return known.get(about) as T;
  };
  return {
    flows,
    asked: () => undefined,
    once,
    noted: (make) => {
      const made = make(again);
      return () => made;
    },
    kept: (kind, about, make) => once(`${kind} ${about}`, make),
    answers: () => undefined,
  };
}
