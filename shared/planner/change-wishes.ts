/** How a caller wants a change to be made, beside what it is: the same of a plan and of what carries it out. */
export interface ChangeWishes {
  /** Whether replicas are moved onto brokers that have joined, in the same operation. */
  readonly rebalance: boolean
}

/** What nobody has wished otherwise. */
export const USUAL_WISHES: ChangeWishes = { rebalance: true }
