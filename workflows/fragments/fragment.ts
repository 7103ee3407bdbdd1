import type { State } from '../workflow.ts'

/** States with known names that go on to each other or to one of `Exit`, which the workflow around them must have. */
export type Fragment<Name extends string, Exit extends string> = { readonly [N in Name]: State<Name | Exit> }

/**
 * A part of a workflow that several share. Whatever it goes on to must be a state of its own or a declared exit, and an exit
 * that the workflow around it does not have does not compile there.
 */
export function fragment<Name extends string, Exit extends string>(
  _exits: readonly Exit[],
  states: { readonly [N in Name]: State<NoInfer<Name> | NoInfer<Exit>> },
): Fragment<Name, Exit> {
  return states
}
