/** Random functions that take, lend and give back pages: their statements, and where each stands when it is printed. */

export type Page = 'p' | 'q';

/** What a branch asks: something nobody knows, a bit of a parameter, whether there is a page, whether something failed. */
export type Condition =
  | { readonly is: 'ready' }
  | { readonly is: 'mode'; readonly bit: 1 | 2 }
  | { readonly is: 'got'; readonly page: Page }
  | { readonly is: 'failed' };

export type Statement =
  | { readonly is: 'take' | 'more' | 'put' | 'keep' | 'clear' | 'use'; readonly page: Page }
  /** The one name takes over what the other had: two names of one page would ask for an analysis of equal pointers. */
  | { readonly is: 'move'; readonly from: Page; readonly to: Page }
  | { readonly is: 'start' }
  | { readonly is: 'fail' }
  | {
      readonly is: 'if';
      readonly condition: Condition;
      readonly then: readonly Statement[];
      readonly else: readonly Statement[];
    }
  | { readonly is: 'while'; readonly body: readonly Statement[] }
  | { readonly is: 'leave'; readonly how: 'return 0' | 'return err' | 'goto out' };

/** A body, and what stands behind the label `out` at the end. */
export interface Program {
  readonly body: readonly Statement[];
  readonly out: readonly Statement[];
}
