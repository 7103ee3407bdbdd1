import type { Duty } from './maintain.ts'
import { tellSupport } from './tell-support.ts'

/** What is done for each cluster in each run, in this order. */
export const DUTIES: readonly Duty[] = [tellSupport]
